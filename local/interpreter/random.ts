import { createHash } from 'node:crypto';

/** Chance for names, tokens, jitter and JSONata's $random and $uuid: at least 0 and below 1. The same seed gives the same run. */
export type Random = () => number;

/** A random UUID (version 4). */
export function uuid(random: Random): string {
  const digit = () => Math.floor(random() * 16).toString(16);
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (place) =>
    place === 'x' ? digit() : (8 + Math.floor(random() * 4)).toString(16),
  );
}

/** A number at least 0 and below 1 that only the seed decides. */
export function seeded(seed: number): number {
  return createHash('sha256').update(String(seed)).digest().readUInt32BE(0) / 2 ** 32;
}
