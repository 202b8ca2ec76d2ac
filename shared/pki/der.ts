/**
 * The part of DER (ITU-T X.690) that certificates and signing requests are made of: written from the inside out, read
 * one value after the other.
 */

/** Identifier octets of the types in use. */
const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Context-specific tag `[number]`: `constructed` around other values, or in place of a primitive's own tag. */
export function contextTag(number: number, kind: 'constructed' | 'primitive', content: Uint8Array): Buffer {
  return value((kind === 'constructed' ? 0xa0 : 0x80) | number, content);
}

export const sequence = (...members: readonly Uint8Array[]): Buffer => value(tag.sequence, Buffer.concat(members));

export const set = (...members: readonly Uint8Array[]): Buffer => value(tag.set, Buffer.concat(members));

export const utf8String = (text: string): Buffer => value(tag.utf8String, Buffer.from(text, 'utf8'));

export const octetString = (content: Uint8Array): Buffer => value(tag.octetString, content);

export const boolean = (truth: boolean): Buffer => value(tag.boolean, Uint8Array.of(truth ? 0xff : 0x00));

/** A string of whole octets, unless bits at its end are not used. */
export const bitString = (content: Uint8Array, unusedBits = 0): Buffer =>
  value(tag.bitString, Buffer.concat([Uint8Array.of(unusedBits), content]));

/** A number that is not negative, big-endian and of any length. */
export function unsignedInteger(bytes: Uint8Array): Buffer {
  const firstSignificant = bytes.findIndex((byte) => byte !== 0);
  const magnitude = firstSignificant === -1 ? Uint8Array.of(0) : bytes.subarray(firstSignificant);
  // The first bit is the sign: a number that begins with it set gets a zero octet before it.
  const padding = (magnitude[0] ?? 0) >= 0x80 ? [0] : [];
  return value(tag.integer, Buffer.concat([Uint8Array.from(padding), magnitude]));
}

/** An object identifier written with dots. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  return value(tag.objectIdentifier, Uint8Array.from([first * 40 + second, ...others].flatMap(inBase128)));
}

/** A point in time, to the second: UTCTime up to 2049, GeneralizedTime after that (RFC 5280, 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? value(tag.utcTime, Buffer.from(digits.slice(2), 'ascii'))
    : value(tag.generalizedTime, Buffer.from(digits, 'ascii'));
}

/** One value as it is encoded in a file. */
export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag, length and content: what a signature covers. */
  readonly whole: Buffer;
}

/** The values inside `content`, one level deep. Throws where it is not DER. */
export function readValues(content: Uint8Array): readonly DerValue[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const values: DerValue[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const next = readValue(bytes, offset);
    values.push(next);
    offset += next.whole.length;
  }
  return values;
}

/** The members of the one SEQUENCE that `bytes` consist of. */
export function readSequence(bytes: Uint8Array): readonly DerValue[] {
  const [outer, ...rest] = readValues(bytes);
  if (outer?.tag !== tag.sequence || rest.length > 0) throw new TypeError('Expected exactly one DER SEQUENCE.');
  return readValues(outer.content);
}

/** The octets of a BIT STRING that has no unused bits, such as a signature. */
export function readBitString(bits: DerValue | undefined): Buffer {
  if (bits?.tag !== tag.bitString || bits.content[0] !== 0) throw new TypeError('Expected a DER BIT STRING of octets.');
  return bits.content.subarray(1);
}

function readValue(bytes: Buffer, start: number): DerValue {
  const lengthOctet = octet(bytes, start + 1);
  // Above 127 the octet says how many octets the length has; four would be 16 MiB and more, which nothing here is.
  const lengthOctets = lengthOctet < 0x80 ? 0 : lengthOctet & 0x7f;
  if (lengthOctet === 0x80 || lengthOctets > 3) throw new TypeError('A DER length is not of definite, sensible size.');
  const contentStart = start + 2 + lengthOctets;
  let length = lengthOctets === 0 ? lengthOctet : 0;
  for (let index = 0; index < lengthOctets; index += 1) length = length * 256 + octet(bytes, start + 2 + index);
  if (contentStart + length > bytes.length) throw new TypeError('A DER value is longer than what contains it.');
  return {
    tag: octet(bytes, start),
    content: bytes.subarray(contentStart, contentStart + length),
    whole: bytes.subarray(start, contentStart + length),
  };
}

function octet(bytes: Buffer, offset: number): number {
  const found = bytes[offset];
  if (found === undefined) throw new TypeError('A DER value ends before its length says so.');
  return found;
}

function value(identifier: number, content: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(identifier, ...lengthOf(content.length)), content]);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff);
  return [0x80 | octets.length, ...octets];
}

function inBase128(arc: number): readonly number[] {
  const octets = [arc & 0x7f];
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) octets.unshift((rest & 0x7f) | 0x80);
  return octets;
}
