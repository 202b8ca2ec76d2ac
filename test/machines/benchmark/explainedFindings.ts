import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A finding of the benchmark that stays, as docs/hardening.md has it. */
export interface ExplainedFinding {
  readonly number: string;
  readonly machine: string;
  readonly reason: string;
}

const page = join('docs', 'hardening.md');

/** The page's text. */
export const hardeningPage = (): string => readFileSync(page, 'utf8');

/** The rows of the table below a heading of the page: `| 1.2.3 | master | what it says | why it stays |`. */
export function explainedUnder(heading: string): readonly ExplainedFinding[] {
  const section = hardeningPage()
    .split(/^#+ /m)
    .find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${page} has no heading "${heading}"`);
  return [...section.matchAll(/^\| (\d+(?:\.\d+)+) \| ([a-z ,]+) \|[^|]*\| ([^|]+) \|$/gm)].map(
    ([, number = '', machine = '', reason = '']) => ({ number, machine, reason }),
  );
}

/** Numbers of the findings that the table below a heading explains for a kind of machine. */
export const explainedFor = (machine: 'master' | 'worker', heading: string): readonly string[] =>
  explainedUnder(heading)
    .filter((finding) => finding.machine.includes(machine))
    .map(({ number }) => number);
