import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { filesBelow, importsOf, sources } from './sources.ts';

const load = createRequire(__filename);
const textFiles = load('../../resources/textFiles.cjs') as RegExp;
const esbuildPlugins = load('../../resources/esbuildPlugins.cjs') as () => Plugin[];

const imported = sources.flatMap((source) =>
  importsOf(source).flatMap(({ target, isPackage }) => (!isPackage && textFiles.test(target) ? [target] : [])),
);

/** Files that code imports as text, each once. */
const files = [...new Set(imported)].sort();

const asTheyAre = files.map((file) => readFileSync(file, 'utf8'));

/** A module that prints what it imports. */
const program = [
  ...files.map((file, index) => `import file${index} from ${JSON.stringify(resolve(file))};`),
  `console.log(JSON.stringify([${files.map((_, index) => `file${index}`).join(', ')}]));`,
].join('\n');

/** By standard input: Linux takes 128 KiB in one argument. */
const run = (input: string, ...words: readonly string[]) =>
  JSON.parse(execFileSync(process.execPath, [...words, '-'], { input, encoding: 'utf8' }));

// The compiler takes any name with one of the suffixes.
test('every text file that code imports exists', () => {
  expect(files.length).toBeGreaterThan(40);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

test('every text file is imported', () => {
  const written = ['functions', 'shared', 'local', 'cli'].flatMap(filesBelow).filter((file) => textFiles.test(file));
  expect(written.filter((file) => !files.includes(file))).toEqual([]);
});

test('the compiler knows the suffixes that everything else knows', () => {
  const declared = [...readFileSync('resources/textFiles.d.ts', 'utf8').matchAll(/^declare module '\*(\.\w+)'/gm)];
  expect(declared.map(([, suffix = '']) => textFiles.test(suffix))).toEqual(declared.map(() => true));
  expect(`\\.(${declared.map(([, suffix]) => suffix?.slice(1)).join('|')})$`).toBe(textFiles.source);
});

test('a file is the same text for jest, for Node and in a bundle', async () => {
  const byJest = files.map((file) => (require(resolve(file)) as { default: string }).default);
  expect(byJest).toEqual(asTheyAre);

  expect(run(program, '--import', './resources/sources.mjs', '--input-type=module')).toEqual(asTheyAre);

  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: '.' },
    bundle: true,
    minify: true,
    write: false,
    plugins: esbuildPlugins(),
  });
  expect(run(outputFiles[0]?.text ?? '')).toEqual(asTheyAre);
});
