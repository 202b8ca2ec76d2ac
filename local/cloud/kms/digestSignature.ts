import { createECDH, type KeyObject } from 'node:crypto';

/**
 * ECDSA on P-256 over a hash made by the caller (FIPS 186-5, section 6.4). Node's crypto always hashes by itself; it does
 * multiply points, which is the part that needs care with secrets, and leaves a few lines of arithmetic.
 */
const prime = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A signature in DER, as KMS answers it. */
export function signDigest(digest: Uint8Array, privateKey: KeyObject): Buffer {
  const secret = toNumber(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
  const once = createECDH('prime256v1');
  const [x] = toPoint(once.generateKeys());
  const r = x % order;
  const s = mod(inverse(toNumber(once.getPrivateKey()), order) * (toNumber(digest) + r * secret), order);
  // One in 2^256: the nonce is useless, and the standard says to take another.
  return r === 0n || s === 0n ? signDigest(digest, privateKey) : toDer(r, s);
}

export function verifyDigest(digest: Uint8Array, publicKey: KeyObject, signature: Uint8Array): boolean {
  const numbers = fromDer(Buffer.from(signature));
  if (!numbers) return false;
  const [r, s] = numbers;
  if (r <= 0n || r >= order || s <= 0n || s >= order) return false;
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const key: Point = [toNumber(Buffer.from(x, 'base64url')), toNumber(Buffer.from(y, 'base64url'))];
  const inverseOfS = inverse(s, order);
  const sum = add(
    multiply(generator, mod(toNumber(digest) * inverseOfS, order)),
    multiply(key, mod(r * inverseOfS, order)),
  );
  return sum !== undefined && sum[0] % order === r;
}

type Point = readonly [x: bigint, y: bigint];

const generator: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];

/** Only public numbers pass here, so that its timing reveals nothing. Undefined is the point at infinity. */
function multiply(point: Point, times: bigint): Point | undefined {
  let result: Point | undefined;
  let doubled: Point | undefined = point;
  for (let rest = times; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = add(result, doubled);
    doubled = add(doubled, doubled);
  }
  return result;
}

function add(left: Point | undefined, right: Point | undefined): Point | undefined {
  if (!left || !right) return left ?? right;
  const [x1, y1] = left;
  const [x2, y2] = right;
  if (x1 === x2 && mod(y1 + y2, prime) === 0n) return undefined;
  const slope = x1 === x2 ? 3n * (x1 * x1 - 1n) * inverse(2n * y1, prime) : (y2 - y1) * inverse(x2 - x1, prime);
  const x = mod(slope * slope - x1 - x2, prime);
  return [x, mod(slope * (x1 - x) - y1, prime)];
}

function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [before, now] = [modulus, mod(value, modulus)];
  let [coefficientBefore, coefficient] = [0n, 1n];
  while (now > 0n) {
    const quotient = before / now;
    [before, now] = [now, before - quotient * now];
    [coefficientBefore, coefficient] = [coefficient, coefficientBefore - quotient * coefficient];
  }
  return mod(coefficientBefore, modulus);
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

function toPoint(uncompressed: Buffer): Point {
  return [toNumber(uncompressed.subarray(1, 33)), toNumber(uncompressed.subarray(33, 65))];
}

function toDer(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
}

function fromDer(der: Buffer): readonly [bigint, bigint] | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der[2] !== 0x02) return undefined;
  const endOfR = 4 + (der[3] ?? 0);
  if (der[endOfR] !== 0x02 || endOfR + 2 + (der[endOfR + 1] ?? 0) !== der.length) return undefined;
  return [toNumber(der.subarray(4, endOfR)), toNumber(der.subarray(endOfR + 2))];
}
