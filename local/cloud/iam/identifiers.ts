import * as z from 'zod';
import type { World } from '../world.ts';

/** Names, paths and ids (source: IAM User Guide, "IAM and AWS STS quotas", "IAM identifiers"). */
export const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/);
export const instanceProfileName = z.string().regex(/^[\w+=,.@-]{1,128}$/);
export const policyName = z.string().regex(/^[\w+=,.@-]{1,128}$/);
export const entityPath = z
  .string()
  .max(512)
  .regex(/^(\/|\/[!-~]+\/)$/);
export const pathPrefix = z
  .string()
  .max(512)
  .regex(/^\/[!-~]*$/);
export const entityArn = z.string().min(20).max(2048);

/** `arn:aws:iam::123456789012:role/kubestep/master` */
export function iamArn(world: World, kind: string, path: string, name: string): string {
  return `arn:aws:iam::${world.account}:${kind}${path}${name}`;
}

/** What a unique id begins with (source: IAM User Guide, "Unique identifiers"). */
type IdPrefix = 'AROA' | 'AIPA' | 'ANPA' | 'ASIA';

const idCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A unique id as IAM makes them. Access key ids are one character shorter. */
export function newUniqueId(world: World, prefix: IdPrefix): string {
  const length = prefix === 'ASIA' ? 16 : 17;
  return prefix + Array.from({ length }, () => idCharacters[Math.floor(world.random.next() * 32)]).join('');
}
