import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kubestepProgram } from '../../cli/program.ts';
import { minorOf, offeredVersions } from '../../shared/releases/releases.ts';
import { parseSpec } from '../../shared/spec/parseSpec.ts';
import { recordedOutput } from '../unit/cli/recordedOutput.ts';
import { filesBelow } from './sources.ts';

const pages = ['README.md', ...filesBelow('docs').filter((path) => path.endsWith('.md'))];

/** Every link of a page to a file of the project, with its text. */
const linksOf = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map(([, text = '', target = '']) => ({ text, target }))
    .filter(({ target }) => !/^https?:/.test(target))
    .map(({ text, target }) => ({ text, path: join(dirname(page), target) }));

test.each(pages)('%s links to files that exist', (page) => {
  expect(linksOf(page).filter(({ path }) => !existsSync(path))).toEqual([]);
});

test('every test that shows a promise exists under its name', () => {
  const shown = linksOf('docs/promises.md').filter(({ path }) => path.endsWith('.test.ts'));
  expect(shown.length).toBeGreaterThan(20);
  const missing = shown.filter(({ text, path }) => !readFileSync(path, 'utf8').includes(text));
  expect(missing).toEqual([]);
});

test('every verb that the pages use is one of the command', () => {
  const used = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/^```(?:bash|text)\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
      [...block.matchAll(/^(?:\$ )?kubestep (\w+)/gm)].map(([, verb]) => verb),
    ),
  );
  const { commands } = kubestepProgram(() => Promise.resolve(), '0', recordedOutput().output);
  const verbs = commands.map((verb) => verb.name());
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((verb = '') => !verbs.includes(verb))).toEqual([]);
});

test('the spec that the README shows is valid', () => {
  const spec = /```yaml cluster.yaml\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))?.[1];
  expect(parseSpec(spec)).toHaveProperty('spec.metadata.name', 'shop');
});

test('every dependency has its reason in the decisions', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, object>;
  const decisions = readFileSync('docs/decisions.md', 'utf8');
  const isExplained = (name: string) =>
    [
      name,
      name.replace(/^@aws-sdk\//, ''),
      name.replace(/client-[\w-]+$/, 'client-*'),
      name.replace(/^@types\/.*/, '@types/*'),
    ].some((known) => decisions.includes(`\`${known}\``));
  expect(Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !isExplained(name))).toEqual([]);
});

test('the page of support names every version of Kubernetes that is offered', () => {
  const shown = /<!-- kubernetes: begin -->(.*)<!-- kubernetes: end -->/.exec(
    readFileSync('docs/support.md', 'utf8'),
  )?.[1];
  const ranges = [...new Set(offeredVersions.map(minorOf))].map((minor) => {
    const versions = offeredVersions.filter((version) => minorOf(version) === minor);
    return `${versions[0]} to ${versions.at(-1)}`;
  });
  expect(shown).toBe(ranges.join(', '));
});
