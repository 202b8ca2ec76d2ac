import type { Mutant } from './mutant.ts';

/** Bugs in IAM policies: a condition, an action or a resource that is wider or gone. */
export function policyMutants(file: string, text: string): Mutant[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index): Mutant[] => {
    const without = (count: number) => [...lines.slice(0, index), ...lines.slice(index + count)].join('\n');
    const place = { file, line: index + 1, before: line.trim() };
    if (/^\s+Condition:/.test(line)) {
      return [{ ...place, kind: 'condition left out', after: '', text: without(blockLength(lines, index)) }];
    }
    if (/^\s+- [a-z0-9-]+:[A-Z]\w+$/.test(line)) {
      return [{ ...place, kind: 'action left out', after: '', text: without(1) }];
    }
    if (/^\s+- !Sub arn:/.test(line)) {
      const wide = line.replace(/- .*/, "- '*'");
      const changed = [...lines.slice(0, index), wide, ...lines.slice(index + 1)].join('\n');
      return [{ ...place, kind: 'every resource for one', after: wide.trim(), text: changed }];
    }
    return [];
  });
}

/** The line and all that are indented below it. */
function blockLength(lines: readonly string[], start: number): number {
  const indent = (line: string) => line.length - line.trimStart().length;
  const own = indent(lines[start] ?? '');
  const below = lines.slice(start + 1).findIndex((line) => line.trim() !== '' && indent(line) <= own);
  return below < 0 ? lines.length - start : below + 1;
}
