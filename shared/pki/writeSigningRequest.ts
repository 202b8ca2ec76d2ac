import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { publicKeyInfo } from './certificate.ts';
import { bitString, contextTag, objectIdentifier, sequence, unsignedInteger } from './der.ts';
import { toPem } from './pem.ts';
import { encodeSubject } from './subject.ts';

const version1 = unsignedInteger(Uint8Array.of(0));

const noAttributes = contextTag(0, 'constructed', Buffer.alloc(0));

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

/**
 * A PKCS #10 request in PEM, signed by the key itself. Its name does not matter: the authority looks at the public key
 * alone.
 */
export function writeSigningRequest(privateKey: KeyObject, commonName: string): string {
  const info = sequence(
    version1,
    encodeSubject({ commonName, organizations: [] }),
    publicKeyInfo(createPublicKey(privateKey)),
    noAttributes,
  );
  return toPem('CERTIFICATE REQUEST', sequence(info, ecdsaWithSha256, bitString(sign('sha256', info, privateKey))));
}
