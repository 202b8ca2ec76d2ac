import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { now, randomBytes } from '../environment.ts';
import {
  bitString,
  contextTag,
  objectIdentifier,
  readBitString,
  readSequence,
  sequence,
  time,
  unsignedInteger,
} from './der.ts';
import {
  type AlternativeNames,
  authorityConstraints,
  authorityKeyIdentifier,
  authorityKeyUsage,
  extendedKeyUsage,
  type KeyPurpose,
  leafConstraints,
  leafKeyUsage,
  subjectAlternativeName,
  subjectKeyIdentifier,
} from './extensions.ts';
import { fromPem, toPem } from './pem.ts';
import { encodeSubject, type Subject } from './subject.ts';

/** Signs with ECDSA over SHA-256 and answers in DER, as KMS does. The key need not be on this machine. */
export type Sign = (toBeSigned: Uint8Array) => Promise<Uint8Array>;

/** What a leaf certificate says. */
export interface LeafFields {
  readonly subject: Subject;
  readonly publicKey: KeyObject;
  readonly purposes: readonly KeyPurpose[];
  readonly names: AlternativeNames;
  readonly lifetimeHours: number;
}

/** A certificate authority without its key. */
export interface Authority {
  readonly certificate: string;
  readonly sign: Sign;
}

/** A certificate's validity, to the second. */
interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** CAs live 10 years: rotating one restarts every component of the cluster. */
const authorityLifetimeHours = 10 * 365 * 24;

/** Clocks of machines that have just booted may be behind ours. */
const toleratedClockSkewMinutes = 5;

/** At most 20 octets (RFC 5280, 4.1.2.2); 16 random ones never meet again. */
const serialNumberBytes = 16;

const version3 = contextTag(0, 'constructed', unsignedInteger(Uint8Array.of(2)));

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

/** Issues a leaf certificate as PEM. It never outlives its authority. */
export async function issueCertificate(fields: LeafFields, authority: Authority): Promise<string> {
  const issuer = issuerOf(authority.certificate);
  const { dns, addresses } = fields.names;
  const extensions = [
    leafConstraints(),
    leafKeyUsage(),
    extendedKeyUsage(fields.purposes),
    subjectKeyIdentifier(keyIdentifier(fields.publicKey)),
    authorityKeyIdentifier(issuer.keyIdentifier),
    ...(dns.length + addresses.length > 0 ? [subjectAlternativeName(fields.names)] : []),
  ];
  const validity = validFor(fields.lifetimeHours, issuer.notAfter);
  return certificate(
    issuer.name,
    validity,
    encodeSubject(fields.subject),
    fields.publicKey,
    extensions,
    authority.sign,
  );
}

/** Issues the certificate of a CA, signed by its own key, as PEM. */
export async function selfSign(subject: Subject, publicKey: KeyObject, sign: Sign): Promise<string> {
  const name = encodeSubject(subject);
  const identifier = keyIdentifier(publicKey);
  const extensions = [
    authorityConstraints(),
    authorityKeyUsage(),
    subjectKeyIdentifier(identifier),
    authorityKeyIdentifier(identifier),
  ];
  return certificate(name, validFor(authorityLifetimeHours), name, publicKey, extensions, sign);
}

async function certificate(
  issuer: Uint8Array,
  { notBefore, notAfter }: Validity,
  subject: Uint8Array,
  publicKey: KeyObject,
  extensions: readonly Uint8Array[],
  sign: Sign,
): Promise<string> {
  const toBeSigned = sequence(
    version3,
    unsignedInteger(serialNumber()),
    ecdsaWithSha256,
    issuer,
    sequence(time(notBefore), time(notAfter)),
    subject,
    publicKeyInfo(publicKey),
    contextTag(3, 'constructed', sequence(...extensions)),
  );
  return toPem('CERTIFICATE', sequence(toBeSigned, ecdsaWithSha256, bitString(await sign(toBeSigned))));
}

function validFor(hours: number, latest?: Date): Validity {
  const issuedAt = now().getTime();
  const end = issuedAt + hours * 3_600_000;
  return {
    notBefore: new Date(issuedAt - toleratedClockSkewMinutes * 60_000),
    notAfter: new Date(latest === undefined ? end : Math.min(end, latest.getTime())),
  };
}

function serialNumber(): Uint8Array {
  const bytes = Uint8Array.from(randomBytes(serialNumberBytes));
  // Zero is not a serial number, and one fixed high bit keeps all of them the same length.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

interface Issuer {
  readonly name: Buffer;
  readonly keyIdentifier: Buffer;
  readonly notAfter: Date;
}

/** A group of thousands of machines asks the same few authorities, so each is read once. */
const issuers = new Map<string, Issuer>();

function issuerOf(pem: string): Issuer {
  const issuer = issuers.get(pem) ?? readAuthority(pem);
  issuers.set(pem, issuer);
  return issuer;
}

/** Name, key identifier and end of a CA, from its certificate: version, serial, algorithm, issuer, validity, subject, … */
function readAuthority(pem: string): Issuer {
  const [toBeSigned] = readSequence(fromPem('CERTIFICATE', pem));
  const subject = toBeSigned === undefined ? undefined : readSequence(toBeSigned.whole)[5];
  if (subject === undefined) throw new TypeError('The certificate of the authority has no subject.');
  const { publicKey, validTo } = new X509Certificate(pem);
  return { name: subject.whole, keyIdentifier: keyIdentifier(publicKey), notAfter: new Date(validTo) };
}

/** SHA-1 of the key's bits (RFC 5280, 4.2.1.2, method 1): a name, not a protection. */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const [, bits] = readSequence(publicKeyInfo(publicKey));
  return createHash('sha1').update(readBitString(bits)).digest();
}

const exported = new WeakMap<KeyObject, Buffer>();

/** The key in DER, SubjectPublicKeyInfo. Node takes longer to write a key than to sign with one, so each is written once. */
export function publicKeyInfo(publicKey: KeyObject): Buffer {
  const info = exported.get(publicKey) ?? publicKey.export({ type: 'spki', format: 'der' });
  exported.set(publicKey, info);
  return info;
}

/** A public key as KMS gives it. */
export const publicKeyFromDer = (subjectPublicKeyInfo: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(subjectPublicKeyInfo), type: 'spki', format: 'der' });
