import { readFileSync } from 'node:fs';
import { filesBelow } from './sources.ts';

/** What CONTRIBUTING's glossary does not want, and what it wants instead. */
const glossary: readonly { readonly words: RegExp; readonly instead: string }[] = [
  { words: /(?<![\w-])mend(s|ed|ing)?(?![\w-])/gi, instead: 'fix' },
  { words: /(?<![\w-])(stands?|stood|standing (cluster|one))(?![\w-])/gi, instead: 'exists, is ready, is' },
  { words: /(?<![\w-])(goes|go|going|went|gone) on(?![\w-])/gi, instead: 'continue' },
  { words: /(?<![\w-])(tells?|told|telling)(?![\w-])/gi, instead: 'print, report, show, say' },
  { words: /\btell[A-Z]\w*/g, instead: 'a verb such as print or report' },
  { words: /(?<![\w-])whoever(?![\w-])/gi, instead: 'anyone who, the caller' },
  { words: /(?<![\w-])anew(?![\w-])/gi, instead: 'again, new' },
  { words: /(?<![\w-])(he|his|him|himself)(?![\w-])/gi, instead: 'they' },
  { words: /\b(most|least)[A-Z]\w*/g, instead: 'max, min' },
];

/** Idioms that are good English: what represents something, does not move, blocks, or can be distinguished. */
const idioms = [
  /\bst(ands?|ood|anding)\s+(for|still|in\s+the\s+way)\b/gi,
  /\bst(ands?|ood)\s+in\s+for\b/gi,
  /\b(tell|tells|told|telling)\s+(\S+\s+){0,3}apart\b/gi,
];

/** Places that hold a word for a reason. */
const allowed: readonly { readonly path: string; readonly text: RegExp; readonly reason: string }[] = [
  {
    path: 'CONTRIBUTING.md',
    text: /^\| .* \| (mend|stands|go on|tell|he|whoever|anew) \|$/gm,
    reason: 'the glossary itself',
  },
];

const folders = [
  '.ci',
  'bench',
  'cli',
  'docs',
  'events',
  'functions',
  'local',
  'resources',
  'shared',
  'statemachines',
  'test',
];
const files = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGES.md',
  'serverless.yml',
  ...folders
    .flatMap(filesBelow)
    .filter((path) => /(\.(ts|mjs|cjs|md|ya?ml|sh|service|nft|conf)|^\.ci\/run)$/.test(path)),
].filter((path) => path !== 'test/house/glossary.test.ts');

/** The text of a file in which no idiom and no allowed place is left; line numbers stay. */
function judged(path: string): string {
  const places = allowed.filter((each) => each.path === path).map(({ text }) => text);
  const blank = (found: string) => found.replaceAll(/[^\n]/g, '');
  return [...idioms, ...places].reduce((text, pattern) => text.replaceAll(pattern, blank), readFileSync(path, 'utf8'));
}

test('names, messages, comments, tests and pages use the words of the glossary', () => {
  const found = files.flatMap((path) => {
    const text = judged(path);
    return glossary.flatMap(({ words, instead }) =>
      [...text.matchAll(words)].map(({ index, 0: word }) => {
        const line = text.slice(0, index).split('\n').length;
        return `${path}:${line} "${word}": write ${instead}`;
      }),
    );
  });
  expect(found).toEqual([]);
});

test('every place that may use another word still does', () => {
  const idle = allowed.filter(({ path, text }) => !readFileSync(path, 'utf8').match(text));
  expect(idle).toEqual([]);
});

test('the glossary of CONTRIBUTING lists these words', () => {
  const page = readFileSync('CONTRIBUTING.md', 'utf8');
  for (const word of ['mend', 'stands', 'go on', 'tell', 'he', 'whoever', 'anew', 'most, least'])
    expect(page).toMatch(new RegExp(`^\\| .* \\| ${word} \\|$`, 'm'));
});
