import { isIPv4, isIPv6 } from 'node:net';
import { bitString, boolean, contextTag, objectIdentifier, octetString, sequence, unsignedInteger } from './der.ts';

/** Names that a server answers to. */
export interface AlternativeNames {
  readonly dns: readonly string[];
  readonly addresses: readonly string[];
}

/** What a leaf may be used for. */
export type KeyPurpose = 'server' | 'client';

/** Object identifiers of RFC 5280, 4.2. */
const id = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
};

const purposeId: Readonly<Record<KeyPurpose, string>> = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** A CA that may sign no further CA. */
export const authorityConstraints = (): Buffer =>
  extension(id.basicConstraints, true, sequence(boolean(true), unsignedInteger(Uint8Array.of(0))));

export const leafConstraints = (): Buffer => extension(id.basicConstraints, true, sequence());

/** keyCertSign and cRLSign are bits 5 and 6. */
export const authorityKeyUsage = (): Buffer => extension(id.keyUsage, true, bitString(Uint8Array.of(0b0000_0110), 1));

/** digitalSignature alone is bit 0: an elliptic-curve key never enciphers another. */
export const leafKeyUsage = (): Buffer => extension(id.keyUsage, true, bitString(Uint8Array.of(0b1000_0000), 7));

export const extendedKeyUsage = (purposes: readonly KeyPurpose[]): Buffer =>
  extension(id.extendedKeyUsage, false, sequence(...purposes.map((purpose) => objectIdentifier(purposeId[purpose]))));

export const subjectKeyIdentifier = (identifier: Uint8Array): Buffer =>
  extension(id.subjectKeyIdentifier, false, octetString(identifier));

export const authorityKeyIdentifier = (identifier: Uint8Array): Buffer =>
  extension(id.authorityKeyIdentifier, false, sequence(contextTag(0, 'primitive', identifier)));

/** dNSName is choice 2 of GeneralName, iPAddress choice 7. */
export function subjectAlternativeName({ dns, addresses }: AlternativeNames): Buffer {
  const names = [
    ...dns.map((name) => contextTag(2, 'primitive', Buffer.from(name, 'ascii'))),
    ...addresses.map((address) => contextTag(7, 'primitive', addressOctets(address))),
  ];
  return extension(id.subjectAlternativeName, false, sequence(...names));
}

function extension(identifier: string, critical: boolean, content: Buffer): Buffer {
  // DER leaves out a default value, and "not critical" is one.
  return sequence(objectIdentifier(identifier), ...(critical ? [boolean(true)] : []), octetString(content));
}

function addressOctets(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (isIPv6(address)) return ipv6Octets(address);
  throw new TypeError(`"${address}" is not an IP address.`);
}

function ipv6Octets(address: string): Buffer {
  // The URL parser gives the shortest form without embedded IPv4; "::" means as many zero groups as are missing.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groupsOf = (part: string | undefined): readonly string[] => (part ? part.split(':') : []);
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const groups = [...before, ...new Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
