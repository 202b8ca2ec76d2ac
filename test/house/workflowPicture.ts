import type { Machine, State } from '../stack/packagedStack.ts';

/** A state machine as a Mermaid flowchart: what follows what, what runs side by side, what is repeated for each item. */
export const workflowPicture = (definition: Machine): string =>
  ['flowchart TD', ...indented(scopeLines(definition))].join('\n');

/** The states of one scope in the order in which they are reached. */
function scopeLines({ StartAt, States }: Machine): string[] {
  const lines: string[] = [];
  for (const name of reachedFrom(StartAt, States)) {
    const state = States[name];
    lines.push(...boxLines(name, state));
    for (const next of nextOf(state)) addArrow(lines, name, next);
  }
  return lines.length > 0 ? lines : [StartAt];
}

/** A line that ends in the state is continued; otherwise the arrow is a line of its own. */
function addArrow(lines: string[], from: string, to: string): void {
  const last = lines.at(-1) ?? '';
  const isContinued = last.endsWith(` --> ${from}`);
  if (isContinued) lines[lines.length - 1] = `${last} --> ${to}`;
  else lines.push(`${from} --> ${to}`);
}

/** A state that holds others is a box around them. */
function boxLines(name: string, state: State | undefined): string[] {
  const scopes = [...(state?.Branches ?? []), ...(state?.ItemProcessor ? [state.ItemProcessor] : [])];
  if (scopes.length === 0) return [];
  const title = state?.ItemProcessor ? ` ["${name}: for each"]` : '';
  return [`subgraph ${name}${title}`, ...indented(['direction TB', ...scopes.flatMap(scopeLines)]), 'end'];
}

function reachedFrom(start: string, states: Machine['States'], reached = new Set<string>()): ReadonlySet<string> {
  if (reached.has(start)) return reached;
  reached.add(start);
  for (const next of nextOf(states[start])) reachedFrom(next, states, reached);
  return reached;
}

function nextOf(state: State | undefined): string[] {
  const nexts = [
    state?.Next,
    ...(state?.Choices ?? []).map(({ Next }) => Next),
    state?.Default,
    ...(state?.Catch ?? []).map(({ Next }) => Next),
  ];
  return [...new Set(nexts.filter((next) => next !== undefined))];
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
