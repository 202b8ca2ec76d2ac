import { type Document, parseDocument } from 'yaml';
import { problemsOf } from './issues.ts';
import { foundText, type SpecProblem } from './problems.ts';
import { type ClusterSpec, clusterSpec } from './schema.ts';

/** A spec with every default filled in, or everything that is wrong with its shape. */
export type ParsedSpec = { readonly spec: ClusterSpec } | { readonly problems: readonly SpecProblem[] };

/** A spec of 100 groups is some 60 kB. */
const MAXIMUM_TEXT = 256 * 1024;

/** A text of one kilobyte can name itself into gigabytes. */
const MAXIMUM_ALIASES = 100;

/** Reads `cluster.yaml` (YAML or JSON text, or the document itself) and reports every problem at once. */
export function parseSpec(source: unknown): ParsedSpec {
  if (typeof source !== 'string') return parseDocumentObject(source);
  if (source.length > MAXIMUM_TEXT) return { problems: [tooLong(source)] };
  const document = parseDocument(source, { uniqueKeys: true, stringKeys: true });
  const problems = textProblems(document, source);
  if (problems.length > 0) return { problems };
  try {
    return parseDocumentObject(document.toJS({ maxAliasCount: MAXIMUM_ALIASES }));
  } catch (error) {
    if (error instanceof ReferenceError) return { problems: [tooManyAliases] };
    throw error;
  }
}

function parseDocumentObject(document: unknown): ParsedSpec {
  const result = clusterSpec.safeParse(document);
  return result.success ? { spec: result.data } : { problems: problemsOf(result.error.issues, document) };
}

/** Warnings count too: a tag that YAML cannot resolve would silently become text. */
function textProblems(document: Document, source: string): readonly SpecProblem[] {
  const lines = source.split('\n');
  return [...document.errors, ...document.warnings].map(({ code, linePos, message }) => {
    const line = linePos?.[0].line ?? 1;
    return {
      path: `line ${line}`,
      found: foundText(lines[line - 1]?.trim() ?? ''),
      allowed: code === 'DUPLICATE_KEY' ? 'each field once' : 'YAML 1.2, one document',
      remedy: code === 'DUPLICATE_KEY' ? 'Remove one of the two.' : `Mend the text: ${firstSentence(message)}.`,
    };
  });
}

const firstSentence = (message: string): string =>
  message.split(/ at line |\n/)[0]?.replace(/[^\x20-\x7e]/g, '?') ?? '';

const tooLong = (source: string): SpecProblem => ({
  path: 'line 1',
  found: `${source.length} characters`,
  allowed: `at most ${MAXIMUM_TEXT} characters`,
  remedy: 'Remove what does not belong to the cluster.',
});

const tooManyAliases: SpecProblem = {
  path: 'line 1',
  found: 'aliases (*name) that expand without bound',
  allowed: `aliases that expand to at most ${MAXIMUM_ALIASES} nodes`,
  remedy: 'Write the values out.',
};
