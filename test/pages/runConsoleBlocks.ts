// npm run docs:console [-- --write] [PAGE…]
// Runs every console block of the pages on the embedded model and compares what is printed with what is shown; with --write, puts
// what is printed into the page. The blocks of a page build on each other: they share a folder, and with it a world.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../../cli/exitCodes.ts';
import { openLocalTarget } from '../../cli/localTarget.ts';
import { main } from '../../cli/main.ts';
import { asShown, differences } from './comparedOutput.ts';
import { pages, partsOf, shownCommands } from './pageBlocks.ts';
import { programsOf } from './shellCommands.ts';

/** So much faster than a person's world that a creation takes only the time of its work. */
const speed = 3_000;

const projectRoot = process.cwd();
const shouldWrite = process.argv.includes('--write');
const chosen = process.argv.slice(2).filter((word) => !word.startsWith('--'));

/** One line of a console block: what it prints, on either stream. */
async function print(command: string): Promise<string[]> {
  const [[program, ...argv] = []] = programsOf(command);
  if (program === 'kubestep') return kubestep(argv);
  if (command === 'npm start') return linesOf(run('node', [join(projectRoot, 'cli', 'start.mjs')]));
  return linesOf(run('bash', ['-c', command]));
}

const run = (program: string, words: readonly string[]): string => execFileSync(program, words, { encoding: 'utf8' });

const linesOf = (text: string): string[] => text.trimEnd().split('\n');

/** The command in this process: it loads once. */
async function kubestep(argv: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const write = (text: string) => void lines.push(...text.split('\n'));
  const output = { line: (text = '') => write(text), error: write, write, isTerminal: false, columns: 120, rows: 40 };
  const exitCode = await main(argv, {
    projectRoot,
    output,
    environment: {},
    openTarget: async (where) => {
      if (where.kind !== 'local') throw new Error('a console block that needs AWS is one of "console aws"');
      return openLocalTarget({ folder: where.world, projectRoot, speed });
    },
  });
  if (exitCode === exitCodes.defect) throw new Error(lines.join('\n'));
  return lines;
}

async function runPage(page: string): Promise<{ readonly compared: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = [];
  let compared = 0;
  let text = readFileSync(join(projectRoot, page), 'utf8');
  for (const part of partsOf(page, text)) {
    if ('hidden' in part) await print(part.hidden);
    else if (part.language === 'yaml' && part.note !== '') writeFileSync(part.note, part.text);
    else if (part.language === 'console' && part.note === '') {
      const written: string[] = [];
      for (const { command, output } of shownCommands(part.text)) {
        const printed = await print(command);
        const parts = differences(output, printed);
        compared += output.length;
        if (parts.length > 0) wrong.push(`${page}:${part.line} $ ${command}`, ...parts.map((line) => `  ${line}`));
        const keeps = parts.length === 0 || output.includes('…');
        written.push(`$ ${command}`, ...(keeps ? output : asShown(printed)));
      }
      if (shouldWrite) text = text.replace(part.text, () => `${written.join('\n').trimEnd()}\n`);
    }
  }
  if (shouldWrite) writeFileSync(join(projectRoot, page), text);
  return { compared, wrong };
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
let lines = 0;
const allWrong: string[] = [];
for (const page of pages.filter((each) => chosen.length === 0 || chosen.includes(each))) {
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-pages-'));
  symlinkSync(join(projectRoot, 'events'), join(folder, 'events'));
  process.chdir(folder);
  try {
    const { compared, wrong } = await runPage(page);
    lines += compared;
    allWrong.push(...wrong);
  } finally {
    process.chdir(projectRoot);
    rmSync(folder, { recursive: true, force: true });
  }
}
if (allWrong.length > 0) {
  console.error(`Pages show what is not printed${shouldWrite ? '; written' : ' (npm run docs:console -- --write)'}:`);
  console.error(allWrong.join('\n'));
  process.exitCode = shouldWrite ? 0 : 1;
} else console.log(`The pages show what is printed (${lines} lines compared).`);
