import { isObject } from '../json.ts';
import type { Report } from './diagnostic.ts';

/** AWS's code for both: a target without a state, and a state without a way to it. */
const code = 'MISSING_TRANSITION_TARGET';

/** Checks that every name leads to a state of the same group, and that every state is led to. */
export function checkReachability(
  startAt: string,
  states: Readonly<Record<string, unknown>>,
  location: string,
  report: Report,
): void {
  if (!(startAt in states)) report.error(`${location}/StartAt`, `Missing 'Next' target: ${startAt}`, code);
  const reached = new Set([startAt]);
  for (const [name, state] of Object.entries(states)) {
    for (const { target, field } of targetsOf(state)) {
      reached.add(target);
      if (!(target in states))
        report.error(`${location}/States/${name}/${field}`, `Missing 'Next' target: ${target}`, code);
    }
  }
  for (const name of Object.keys(states)) {
    if (!reached.has(name)) report.error(`${location}/States/${name}`, `State "${name}" is not reachable.`, code);
  }
}

function targetsOf(state: unknown): { target: string; field: string }[] {
  if (!isObject(state)) return [];
  const targets: { target: string; field: string }[] = [];
  for (const field of ['Next', 'Default']) {
    const target = state[field];
    if (typeof target === 'string') targets.push({ target, field });
  }
  for (const list of ['Choices', 'Catch']) {
    const rules = state[list];
    if (!Array.isArray(rules)) continue;
    for (const [position, rule] of rules.entries()) {
      if (isObject(rule) && typeof rule.Next === 'string')
        targets.push({ target: rule.Next, field: `${list}[${position}]/Next` });
    }
  }
  return targets;
}
