import { createHash } from 'node:crypto';
import { randomBytes } from '../environment.ts';

/** `create-5bsfp6p8`: derived from the request's id, so that a request sent again finds its own run. */
export function runIdOf(operation: string, requestId: string): string {
  const digest = createHash('sha256').update(requestId).digest();
  return `${operation.replace(/(Cluster|Etcd)$/, '')}-${inAlphabet(digest.subarray(0, 8))}`;
}

/** 11 of 27 characters are 52 bits: nobody can know the id of a cluster before it exists, and prepare resources that wear it. */
export const newClusterId = (clusterName: string): string => `${clusterName}-${inAlphabet(randomBytes(11))}`;

export const newRequestId = (): string => Buffer.from(randomBytes(16)).toString('hex');

/** Letters and digits that AWS names and DNS take alike, without vowels: no words. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

const inAlphabet = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
