import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { receiveRequest } from '../../shared/operations/request.ts';
import { parseSpec } from '../../shared/spec/parseSpec.ts';
import { filesBelow, sources } from './sources.ts';

/** Files that people wrote, also those that are not code. */
const written = [
  ...readdirSync('.', { withFileTypes: true })
    // In a further worktree .git is a file, of Git's own writing.
    .filter((entry) => entry.isFile() && entry.name !== '.git')
    .map(({ name }) => name),
  ...['functions', 'shared', 'local', 'cli', 'test', 'resources', 'statemachines', 'events', 'docs', '.ci'].flatMap(
    filesBelow,
  ),
];

/** Lines that a person reads in one sitting; a file of one idea seldom needs more. */
const longestFile = 400;

/** Cases are data for any interpreter: as long as there are cases. */
const tablesOfCases = ['test/unit/interpreter/cases.ts'];

test('a file is named for what it exports, never for a drawer', () => {
  const drawers = /^(utils?|helpers?|misc|common|index)\.(ts|mjs|cjs)$/;
  expect(sources.map(({ path }) => path).filter((path) => drawers.test(basename(path)))).toEqual([]);
});

test('no file gathers the exports of others', () => {
  const barrels = sources.filter(({ text }) => /^export (\*|\{[^}]*\}) from /m.test(text));
  expect(barrels.map(({ path }) => path)).toEqual([]);
});

test('no file of code is long', () => {
  const lines = sources.map(({ path, text }) => ({ path, lines: text.split('\n').length }));
  expect(lines.filter(({ path, lines }) => lines > longestFile && !tablesOfCases.includes(path))).toEqual([]);
});

test('the lock file names no registry, so that it works with any', () => {
  expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved": "https?:/);
});

test('nothing names a home folder, a mount or a temporary folder of one machine', () => {
  // What a Linux machine of a cluster has by its own rules is fine: /etc, /usr, /var, /run, /opt.
  const machinePath = /(?<![\w.}])\/(work|home\/\w+|Users\/\w+|mnt|root\/\w+)\//;
  const found = written.filter(
    (path) => machinePath.test(readFileSync(path, 'utf8')) && path !== 'test/house/files.test.ts',
  );
  expect(found).toEqual([]);
});

test.each(readdirSync('events').filter((file) => file.endsWith('.json')))('events/%s is a complete request', (file) => {
  const event: unknown = JSON.parse(readFileSync(`events/${file}`, 'utf8'));
  expect(receiveRequest(event).over).toBe('invocation');
});

test.each(readdirSync('events').filter((file) => file.endsWith('.yaml')))(
  'events/%s is a spec without a problem',
  (file) => {
    expect(parseSpec(readFileSync(`events/${file}`, 'utf8'))).not.toHaveProperty('problems');
  },
);
