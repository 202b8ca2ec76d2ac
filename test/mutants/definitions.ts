import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Mutant } from './mutant.ts';

/** Where something is in a document: the keys and indexes that lead to it. */
type Path = readonly (string | number)[];

/** One bug: the place, and how the document is changed there. */
interface Change {
  readonly kind: string;
  readonly path: Path;
  readonly change: (document: Document) => void;
}

/** Bugs in state machines: a retry, a time limit, a variable or an argument that is gone, a state that is passed over. */
export function definitionMutants(file: string, text: string): Mutant[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return changesOf(document).map(({ kind, path, change }) => {
    const offset = (document.getIn(path, true) as { range?: [number, number, number] } | undefined)?.range?.[0] ?? 0;
    return {
      file,
      line: lines.linePos(offset).line,
      kind,
      before: path.join('.'),
      after: '',
      // Written when it is planted: of hundreds of bugs a few are.
      get text() {
        const changed = parseDocument(text);
        change(changed);
        return changed.toString({ lineWidth: 0 });
      },
    };
  });
}

function changesOf(document: Document): Change[] {
  return [...policyChanges(document), ...stateChanges(document, ['States'])];
}

/** What is written once for all states: how often an error is tried, and which errors. */
function policyChanges(document: Document): Change[] {
  const used = aliasesIn(document);
  const named = entriesAt(document, ['x-shared', 'retries']).flatMap(([name, { anchor = '' }]): Change[] => {
    const path = ['x-shared', 'retries', name, 'MaxAttempts'];
    return used.has(anchor) ? [{ kind: 'one attempt', path, change: (changed) => changed.setIn(path, 1) }] : [];
  });
  const errors = ['denials', 'transientErrors'].flatMap((list) => {
    const names = document.getIn(['x-shared', list]);
    if (!isSeq(names)) return [];
    return names.items.map((_, index) => dropped('error left out', ['x-shared', list, index]));
  });
  return [...named, ...errors];
}

function aliasesIn(document: Document): Set<string> {
  const used = new Set<string>();
  visit(document, {
    Alias(_, { source }) {
      used.add(source);
    },
  });
  return used;
}

function stateChanges(document: Document, states: Path): Change[] {
  return entriesAt(document, states).flatMap(([name, state]) => {
    const path = [...states, name];
    return [
      ...['Retry', 'TimeoutSeconds', 'Assign'].flatMap((field) =>
        state.has(field) ? [dropped(`${field} left out`, [...path, field])] : [],
      ),
      ...retryChanges(document, path),
      ...argumentChanges(document, path),
      ...passedOver(document, states, name),
      ...innerStates(document, path).flatMap((inner) => stateChanges(document, inner)),
    ];
  });
}

/** One named policy fewer. */
function retryChanges(document: Document, state: Path): Change[] {
  const retry = document.getIn([...state, 'Retry']);
  if (!isSeq(retry)) return [];
  return retry.items.flatMap((each, index) =>
    isAlias(each) ? [dropped(`${each.source} left out`, [...state, 'Retry', index])] : [],
  );
}

function argumentChanges(document: Document, state: Path): Change[] {
  return [
    [...state, 'Arguments'],
    [...state, 'Arguments', 'Payload'],
  ].flatMap((path) => {
    const written = document.getIn(path);
    return isMap(written) ? keysOf(written).map((key) => dropped('argument left out', [...path, key])) : [];
  });
}

/** A state that leads to the one after the next. */
function passedOver(document: Document, states: Path, name: string): Change[] {
  const path = [...states, name, 'Next'];
  const next = document.getIn(path);
  const afterNext = typeof next === 'string' ? document.getIn([...states, next, 'Next']) : undefined;
  if (typeof afterNext !== 'string') return [];
  return [{ kind: 'state passed over', path, change: (changed) => changed.setIn(path, afterNext) }];
}

/** Where the states are that a state holds. */
function innerStates(document: Document, state: Path): Path[] {
  const branches = document.getIn([...state, 'Branches']);
  return [
    ...(isSeq(branches) ? branches.items.map((_, index) => [...state, 'Branches', index, 'States']) : []),
    ...(document.hasIn([...state, 'ItemProcessor']) ? [[...state, 'ItemProcessor', 'States']] : []),
  ];
}

const dropped = (kind: string, path: Path): Change => ({
  kind,
  path,
  change: (changed) => {
    changed.deleteIn(path);
  },
});

function entriesAt(document: Document, path: Path): [string, YAMLMap][] {
  const found = document.getIn(path);
  if (!isMap(found)) return [];
  return keysOf(found).flatMap((key) => {
    const value = found.get(key);
    return isMap(value) ? [[key, value] as [string, YAMLMap]] : [];
  });
}

const keysOf = ({ items }: YAMLMap): string[] =>
  items.flatMap(({ key }: Pair) => (isScalar(key) && typeof key.value === 'string' ? [key.value] : []));
