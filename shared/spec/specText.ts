import { type Document, isScalar, parseDocument, visit } from 'yaml';
import { foundText, type SpecProblem } from './problems.ts';

/** What a text says, or why it says nothing. */
export type ReadText = { readonly document: unknown } | { readonly problems: readonly SpecProblem[] };

/** A spec of 100 groups is some 60 kB. */
const MAXIMUM_TEXT = 256 * 1024;

/** A text of one kilobyte can name itself into gigabytes. */
const MAXIMUM_ALIASES = 100;

/**
 * A spec is nested ten levels deep. The parser recurses, and where the stack ends so does its process: after some 900 brackets,
 * and far beyond so many columns.
 */
const MAXIMUM_BRACKETS = 100;
const MAXIMUM_INDENTATION = 1_000;

/** Reads YAML 1.2 (of which JSON is a part), one document. */
export function readSpecText(source: string): ReadText {
  const unreadable = unreadableText(source);
  if (unreadable !== undefined) return { problems: [unreadable] };
  const document = parseDocument(source, { uniqueKeys: true, stringKeys: true });
  const problems = [...syntaxProblems(document, source), ...scalarProblems(document, source)];
  if (problems.length > 0) return { problems };
  try {
    return { document: document.toJS({ maxAliasCount: MAXIMUM_ALIASES }) };
  } catch (error) {
    if (error instanceof ReferenceError) return { problems: [tooManyAliases] };
    throw error;
  }
}

/** What is wrong with a text before it is YAML. */
function unreadableText(source: string): SpecProblem | undefined {
  if (source.length > MAXIMUM_TEXT)
    return {
      path: 'line 1',
      found: `${source.length} characters`,
      allowed: `at most ${MAXIMUM_TEXT} characters`,
      remedy: 'Remove what does not belong to the cluster.',
    };
  const nul = source.indexOf('\0');
  if (nul >= 0)
    return {
      path: `line ${lineOf(source, nul)}`,
      found: 'a NUL character',
      allowed: 'text in UTF-8',
      remedy: 'Save the file as UTF-8; this looks like UTF-16 or a binary file.',
    };
  if (/\r(?!\n)/.test(source))
    return {
      path: `line ${lineOf(source, source.search(/\r(?!\n)/))}`,
      found: 'a carriage return alone',
      allowed: 'lines that end with a line feed',
      remedy: 'Save the file with line ends of Unix or Windows.',
    };
  const deep = placeTooDeep(source);
  if (deep !== undefined)
    return {
      path: `line ${lineOf(source, deep)}`,
      found: 'levels upon levels',
      allowed: `at most ${MAXIMUM_BRACKETS} brackets, one in another, and lines that are indented by at most ${MAXIMUM_INDENTATION} columns`,
      remedy: 'Remove the brackets or dashes: no spec is nested this deep.',
    };
  return undefined;
}

/** Where the text is nested too deep, by brackets or by what a line begins with: each level takes a column there. */
function placeTooDeep(source: string): number | undefined {
  let depth = 0;
  for (let place = 0; place < source.length; place += 1) {
    const character = source[place];
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > MAXIMUM_BRACKETS) return place;
  }
  const long = /^[ ?-]+/gm;
  for (const { 0: indentation, index } of source.matchAll(long))
    if (indentation.length > MAXIMUM_INDENTATION) return index;
  return undefined;
}

/** Warnings count too: a tag that YAML cannot resolve would silently become text. */
function syntaxProblems(document: Document, source: string): readonly SpecProblem[] {
  const { explicit, version } = document.directives?.yaml ?? {};
  const lines = source.split('\n');
  const found = (line: number) => foundText(lines[line - 1]?.trim() ?? '');
  if (explicit && version !== '1.2')
    return [
      {
        path: 'line 1',
        found: `%YAML ${version}`,
        allowed: 'YAML 1.2, in which no, off and 010 mean what they look like',
        remedy: 'Remove the directive.',
      },
    ];
  return [...document.errors, ...document.warnings].slice(0, MAXIMUM_PROBLEMS).map(({ code, linePos, message }) => {
    const line = linePos?.[0].line ?? 1;
    const isTwice = code === 'DUPLICATE_KEY';
    return {
      path: `line ${line}`,
      found: found(line),
      allowed: isTwice ? 'each field once' : 'YAML 1.2, one document',
      remedy: isTwice ? 'Remove one of the two.' : syntaxRemedy(message, lines[line - 1] ?? ''),
    };
  });
}

/** One missing bracket makes every later line an error. */
const MAXIMUM_PROBLEMS = 10;

function syntaxRemedy(message: string, line: string): string {
  if (line.includes('{{')) return 'Render the template first: {{ … }} is no YAML.';
  if (/parseAllDocuments/.test(message)) return 'Keep one document: remove what follows the second ---.';
  return `Fix the text: ${firstSentence(message)}.`;
}

/** Scalars that do not mean what they look like, or that disappear. */
function scalarProblems(document: Document, source: string): readonly SpecProblem[] {
  const problems: SpecProblem[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      if (!isScalar(key) || key.value !== '__proto__') return;
      problems.push({
        path: `line ${lineOf(source, key.range?.[0] ?? 0)}`,
        found: '"__proto__"',
        allowed: 'another name',
        remedy: 'Rename it: JavaScript keeps this one to itself.',
      });
    },
    Scalar: (_, { value, source: written, range }) => {
      if (typeof value !== 'number' || written === undefined || !/^[-+]?0\d/.test(written)) return;
      problems.push({
        path: `line ${lineOf(source, range?.[0] ?? 0)}`,
        found: written,
        allowed: 'a number without leading zeros, which some programs read as octal',
        remedy: `Write ${value}, or "${written}" in quotes where text is meant.`,
      });
    },
  });
  return problems;
}

const lineOf = (source: string, offset: number): number => source.slice(0, offset).split('\n').length;

const firstSentence = (message: string): string =>
  message.split(/ at line |\n/)[0]?.replace(/[^\x20-\x7e]/g, '?') ?? '';

const tooManyAliases: SpecProblem = {
  path: 'line 1',
  found: 'aliases (*name) that expand without bound',
  allowed: `aliases that expand to at most ${MAXIMUM_ALIASES} nodes`,
  remedy: 'Write the values out.',
};
