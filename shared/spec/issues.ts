import type * as z from 'zod';
import { foundText, maxProblems, type Path, pathText, type SpecProblem } from './problems.ts';
import { fieldsAt } from './schemaFields.ts';
import { similarField } from './similarField.ts';

type Issue = z.core.$ZodIssue;

/** What a schema found wrong, in the operator's words: one problem a place, and no more than `maxProblems`. */
export function problemsOf(issues: readonly Issue[], document: unknown): readonly SpecProblem[] {
  const found = new Map<string, SpecProblem>();
  for (const problem of problemsOfIssues(issues, [], document)) {
    if (found.size === maxProblems && !found.has(problem.path)) break;
    found.set(problem.path, problem);
  }
  return [...found.values()];
}

/** One after the other, so that no more are made than are reported. */
function* problemsOfIssues(issues: readonly Issue[], parent: Path, document: unknown): Generator<SpecProblem> {
  for (const issue of issues) {
    const path = [...parent, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) yield unknownField([...path, key], document);
    else if (issue.code === 'invalid_union') yield* problemsOfIssues(closestBranch(issue.errors), path, document);
    else yield problemAt(path, issue, document);
  }
}

function problemAt(path: Path, issue: Issue, document: unknown): SpecProblem {
  const value = valueAt(document, path);
  if (issue.code === 'invalid_key') {
    const allowed = issue.issues[0]?.message ?? 'another key';
    const remedy = `Rename it: a key here is ${allowed}.`;
    return { path: pathText(path), found: foundText(path.at(-1)), allowed, remedy };
  }
  const allowed = allowedBy(issue);
  const remedy = isUnquoted(issue, value) ? quoteRemedy(value, allowed) : remedyFor(path, value, allowed);
  return { path: pathText(path), found: foundText(value), allowed, remedy };
}

/** Of several shapes that would do, the one that the document nearly has. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const unknown = (issues: readonly Issue[]) => issues.filter(({ code }) => code === 'unrecognized_keys').length;
  return [...branches].sort((one, other) => unknown(one) - unknown(other) || one.length - other.length)[0] ?? [];
}

function allowedBy(issue: Issue): string {
  if (isOurs(issue.message)) return issue.message;
  if (issue.code === 'invalid_type') return articled(issue.expected);
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' or ');
  if (issue.code === 'too_small') return `at least ${issue.minimum}${counted(issue.origin)}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}${counted(issue.origin)}`;
  return issue.message;
}

/** The schema's own texts begin in lower case; zod's begin with one of these. */
const isOurs = (message: string): boolean => !/^(Invalid|Too|Unrecognized)\b/.test(message);

const articled = (type: string): string =>
  (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`).replace('a int', 'an int');

const counted = (origin: string): string =>
  origin === 'array' ? ' entries' : origin === 'string' ? ' characters' : '';

/** YAML reads 4711, 1.36 and true as numbers and truths; where text is wanted, they want quotes. */
const isUnquoted = (issue: Issue, value: unknown): value is number | boolean =>
  issue.code === 'invalid_type' && issue.expected === 'string' && ['number', 'boolean'].includes(typeof value);

function quoteRemedy(value: number | boolean, allowed: string): string {
  if (/quotes/.test(allowed)) return 'Write it in quotes, with all three numbers.';
  return `Write it in quotes: "${value}".`;
}

function remedyFor(path: Path, value: unknown, allowed: string): string {
  const field = path.at(-1);
  if (value === undefined)
    return `Add ${field} to ${path.length === 1 ? 'the document' : pathText(path.slice(0, -1))}: ${allowed}.`;
  return `Change it to ${allowed}.`;
}

function unknownField(path: Path, document: unknown): SpecProblem {
  const name = String(path.at(-1));
  const fields = fieldsAt(path.slice(0, -1));
  const similar = similarField(name, fields);
  return {
    path: pathText(path),
    found: `an unknown field (${foundText(valueAt(document, path))})`,
    allowed: fields.length > 0 ? fields.join(', ') : 'no further field',
    remedy: name === '<<' ? NO_MERGE : unknownFieldRemedy(fields.includes(name), similar),
  };
}

const NO_MERGE = 'Write the fields out: YAML 1.2 has aliases (*name), but no merge key.';

function unknownFieldRemedy(isKnownInAnotherShape: boolean, similar: string | undefined): string {
  if (isKnownInAnotherShape) return 'It excludes other fields next to it: keep one or the other.';
  return similar === undefined ? 'Remove it.' : `Did you mean ${similar}?`;
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Readonly<Record<string | number, unknown>>)[part]
        : undefined,
    document,
  );
}
