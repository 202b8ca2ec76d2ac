import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Authority, selfSign } from '../../shared/pki/certificate.ts';
import {
  bitString,
  contextTag,
  objectIdentifier,
  sequence,
  set,
  unsignedInteger,
  utf8String,
} from '../../shared/pki/der.ts';
import { toPem } from '../../shared/pki/pem.ts';

/** A P-256 key pair, as a machine makes one. */
export const aKeyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A CA whose key is in this process: in production only KMS has it. */
export async function anAuthority(commonName = 'kubernetes-ca demo-x7k2p'): Promise<Authority> {
  const { publicKey, privateKey } = aKeyPair();
  const signWith: Authority['sign'] = async (bytes) => sign('sha256', bytes, privateKey);
  return {
    certificate: await selfSign({ commonName, organizations: ['kubestep'] }, publicKey, signWith),
    sign: signWith,
  };
}

/** A PKCS #10 request for `publicKey`, signed by `privateKey`, that asks for a name which is not its to ask for. */
export function aSigningRequest(
  privateKey: KeyObject,
  publicKey = createPublicKey(privateKey),
  commonName = 'system:masters',
): string {
  const info = sequence(
    unsignedInteger(Uint8Array.of(0)),
    sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(commonName)))),
    publicKey.export({ type: 'spki', format: 'der' }),
    contextTag(0, 'constructed', Buffer.alloc(0)),
  );
  const signature = sign('sha256', info, privateKey);
  const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
  return toPem('CERTIFICATE REQUEST', sequence(info, ecdsaWithSha256, bitString(signature)));
}
