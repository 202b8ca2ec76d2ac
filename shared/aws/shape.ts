import { isDeepStrictEqual } from 'node:util';
import { Conflict } from '../errors.ts';

/** What a create call would have set: each property as AWS shows it, and as it was to be. */
export type Shape = Readonly<Record<string, readonly [found: unknown, wanted: unknown]>>;

/**
 * Ends the step when a thing that has our name or tags is not what this cluster would have made: tags are free for all, and
 * what is taken over holds the cluster's data, its keys or its traffic.
 */
export function requireShape(what: string, shape: Shape): void {
  const differences = Object.entries(shape)
    .filter(([, [found, wanted]]) => !isDeepStrictEqual(found, wanted))
    .map(([property, [found, wanted]]) => `its ${property} is ${shown(found)}, not ${shown(wanted)}`);
  if (differences.length === 0) return;
  throw new Conflict(
    `${what} exists and is not what this cluster would have made: ${differences.join('; ')}. ` +
      'Find out who made it and remove it, or delete this cluster and create another; then resume.',
  );
}

/** For properties whose order AWS does not keep, such as groups and subnets. */
export const unordered = (values: readonly (string | undefined)[] | undefined): string[] =>
  (values ?? []).map((value) => value ?? '').sort();

function shown(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
