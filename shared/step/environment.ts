import { randomBytes as cryptographicBytes } from 'node:crypto';

/** The two things that code may not take from the process directly: the time, and chance for names and ids. */
export interface Environment {
  now(): Date;
  randomBytes(length: number): Uint8Array;
}

let current: Environment = { now: () => new Date(), randomBytes: (length) => cryptographicBytes(length) };

/** The current time. */
export const now = (): Date => current.now();

/** Random bytes for ids and serial numbers. */
export const randomBytes = (length: number): Uint8Array => current.randomBytes(length);

/** Replaces where time and chance come from. A run that must be repeatable sets both. */
export function useEnvironment(environment: Environment): void {
  current = environment;
}
