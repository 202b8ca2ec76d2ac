import type { Mutant } from './mutant.ts';

type Json = Readonly<Record<string, unknown>>;

/** Bugs in state machines: a retry, a time limit or an argument that is gone or too small. */
export function definitionMutants(file: string, text: string): Mutant[] {
  return changesOf(JSON.parse(text)).map(({ kind, path, changed }) => ({
    file,
    line: lineOf(text, path),
    kind,
    before: path.join('.'),
    after: '',
    text: `${JSON.stringify(changed, null, 2)}\n`,
  }));
}

interface Change {
  readonly kind: string;
  readonly path: readonly string[];
  readonly changed: unknown;
}

/** Every change of one place, each with the whole value around it. */
function changesOf(value: unknown, path: readonly string[] = []): Change[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry, index) =>
      changesOf(entry, [...path, String(index)]).map((change) => ({
        ...change,
        changed: value.map((each, at) => (at === index ? change.changed : each)),
      })),
    );
  }
  if (typeof value !== 'object' || value === null) return [];
  const record = value as Json;
  return [...ownChanges(record, path), ...Object.keys(record).flatMap((key) => within(record, key, path))];
}

const within = (record: Json, key: string, path: readonly string[]): Change[] =>
  changesOf(record[key], [...path, key]).map((change) => ({
    ...change,
    changed: { ...record, [key]: change.changed },
  }));

function ownChanges(record: Json, path: readonly string[]): Change[] {
  const without = (key: string) => Object.fromEntries(Object.entries(record).filter(([each]) => each !== key));
  const dropped = (key: string, kind: string): Change[] =>
    key in record ? [{ kind, path: [...path, key], changed: without(key) }] : [];
  const attempts = record['MaxAttempts'];
  return [
    ...dropped('Retry', 'retries left out'),
    ...dropped('TimeoutSeconds', 'time limit left out'),
    ...dropped('Assign', 'variable left out'),
    ...(typeof attempts === 'number' && attempts > 1
      ? [{ kind: 'one attempt', path: [...path, 'MaxAttempts'], changed: { ...record, MaxAttempts: 1 } }]
      : []),
  ];
}

/** The line of the state that the path leads through, for people. */
function lineOf(text: string, path: readonly string[]): number {
  const state = path[path.lastIndexOf('States') + 1] ?? '';
  return text.slice(0, Math.max(0, text.indexOf(`"${state}": {`))).split('\n').length;
}
