import { createHash, type KeyObject } from 'node:crypto';
import type { LeafFields } from './certificate.ts';

/** What operators may be in a cluster; each is bound to a role there when the first master starts. */
export const operatorGroups = ['administrators', 'viewers'] as const;

export type OperatorGroup = (typeof operatorGroups)[number];

/** Kubernetes cannot revoke a certificate: what is lost in the morning is worthless at night. */
export const longestOperatorHours = 8;

/** A common name has at most this many characters (RFC 5280, ub-common-name). */
const longestCommonName = 64;

/** The caller's certificate: named after the caller's ARN, in one of our groups, for hours. */
export function operatorCertificate(
  caller: { readonly arn: string; readonly group: OperatorGroup },
  publicKey: KeyObject,
  hours: number = longestOperatorHours,
): LeafFields {
  if (!operatorGroups.includes(caller.group)) throw new RangeError(`Operators are never "${caller.group}".`);
  if (!(hours > 0 && hours <= longestOperatorHours)) {
    throw new RangeError(`An operator's certificate lives up to ${longestOperatorHours} hours, not ${hours}.`);
  }
  return {
    subject: { commonName: operatorName(caller.arn), organizations: [`kubestep:${caller.group}`] },
    publicKey,
    purposes: ['client'],
    names: { dns: [], addresses: [] },
    lifetimeHours: hours,
  };
}

/** `aws:123456789012:assumed-role/Admin/alice`; one that is too long ends in a hash of the whole. */
export function operatorName(arn: string): string {
  const [, account, who] = /^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):([\w+=,.@/-]+)$/.exec(arn) ?? [];
  if (account === undefined || who === undefined) throw new TypeError(`${JSON.stringify(arn)} names nobody.`);
  const name = `aws:${account}:${who}`;
  if (name.length <= longestCommonName) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, longestCommonName - hash.length - 1)}-${hash}`;
}
