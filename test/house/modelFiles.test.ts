import { sources } from './sources.ts';

/** The model's files by service; its root holds what all services share. */
const files = sources
  .filter(({ path }) => /^local\/cloud\/\w+\//.test(path) && !path.endsWith('/service.ts'))
  .map(({ path, text }) => ({ path, text, name: path.replace(/^.*\/|\.ts$/g, '') }));

const exportedOperations = (text: string) =>
  [...text.matchAll(/^export const ([A-Z]\w+)\b.*= /gm)].map(([, name]) => name ?? '');

const decapitalised = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

const broken = (rule: (file: (typeof files)[number]) => boolean) =>
  files.filter((file) => !rule(file)).map(({ path }) => path);

// That such a file exports nothing but operations is a matter of types: its service spreads it.
test('a file with operations is named <noun>Operations, or after the operation where it has only one; nothing else is', () => {
  expect(
    broken(({ name, text }) => {
      const operations = exportedOperations(text);
      if (operations.length === 0) return !name.endsWith('Operations');
      return name.endsWith('Operations') || (operations.length === 1 && name === decapitalised(operations[0] ?? ''));
    }),
  ).toEqual([]);
});

test('what a noun does later is defined in <noun>Jobs; nothing else is named so', () => {
  expect(broken(({ name, text }) => name.endsWith('Jobs') === /\bjobs\s*\.define\(/.test(text))).toEqual([]);
});

test('rows have files of their own, without operations and without jobs', () => {
  expect(broken(({ name, text }) => !text.includes('= tableOf<') || !/(Operations|Jobs|Rows)$/.test(name))).toEqual([]);
});
