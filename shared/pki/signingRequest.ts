import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { objectIdentifier, readBitString, readSequence } from './der.ts';
import { fromPem } from './pem.ts';

/** Why a signing request was refused. */
export class UnusableSigningRequest extends Error {
  override readonly name = 'UnusableSigningRequest';
}

const ecdsaWithSha256 = objectIdentifier('1.2.840.10045.4.3.2');

/**
 * The public key of a PKCS #10 request whose signature proves that the sender holds the private one. Nothing else of
 * it is looked at: names and purposes are ours to give. Only P-256 keys are taken.
 */
export function publicKeyOf(pem: string): KeyObject {
  const { requestInfo, publicKeyInfo, algorithm, signature } = read(pem);
  if (algorithm === undefined || !algorithm.equals(ecdsaWithSha256)) {
    throw new UnusableSigningRequest('The request is not signed by ECDSA with SHA-256.');
  }
  const publicKey = readKey(publicKeyInfo);
  if (publicKey.asymmetricKeyType !== 'ec' || publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new UnusableSigningRequest('The key of the request is not an elliptic-curve key on P-256.');
  }
  if (!verify('sha256', requestInfo, publicKey, signature)) {
    throw new UnusableSigningRequest('The request is not signed by the key that it holds.');
  }
  return publicKey;
}

/** CertificationRequest: info { version, subject, key, attributes }, algorithm { identifier }, signature. */
function read(pem: string): {
  requestInfo: Buffer;
  publicKeyInfo: Buffer;
  algorithm: Buffer | undefined;
  signature: Buffer;
} {
  try {
    const [info, algorithm, signature] = readSequence(fromPem('CERTIFICATE REQUEST', pem));
    const publicKeyInfo = info && readSequence(info.whole)[2];
    if (info === undefined || publicKeyInfo === undefined || algorithm === undefined)
      throw new TypeError('It is too short.');
    return {
      requestInfo: info.whole,
      publicKeyInfo: publicKeyInfo.whole,
      algorithm: readSequence(algorithm.whole)[0]?.whole,
      signature: readBitString(signature),
    };
  } catch (cause) {
    throw new UnusableSigningRequest('The request is not a PKCS #10 request in PEM.', { cause });
  }
}

function readKey(publicKeyInfo: Buffer): KeyObject {
  try {
    return createPublicKey({ key: publicKeyInfo, type: 'spki', format: 'der' });
  } catch (cause) {
    throw new UnusableSigningRequest('The request holds no readable public key.', { cause });
  }
}
