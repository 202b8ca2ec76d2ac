import { randomBytes as cryptographicBytes } from 'node:crypto';

/** What code may not take from the process directly: the time, chance for names and ids, and the internet. */
export interface Environment {
  now(): Date;
  randomBytes(length: number): Uint8Array;
  fetch(url: string): Promise<Response>;
}

let current: Environment = {
  now: () => new Date(),
  randomBytes: (length) => cryptographicBytes(length),
  fetch: (url) => fetch(url),
};

/** The current time. */
export const now = (): Date => current.now();

/** Random bytes for ids and serial numbers. */
export const randomBytes = (length: number): Uint8Array => current.randomBytes(length);

/** Gets a public file, such as a release of Kubernetes. */
export const fetchFile = (url: string): Promise<Response> => current.fetch(url);

/** Replaces where these come from, for a run that must be repeatable or that has no internet. */
export function useEnvironment(environment: Environment): void {
  current = environment;
}
