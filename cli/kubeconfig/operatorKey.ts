import { generateKeyPairSync } from 'node:crypto';
import { writeSigningRequest } from '../../shared/pki/writeSigningRequest.ts';

/** A key that was made on this machine and leaves it never, with the request that proves it. */
export interface OperatorKey {
  /** PEM, PKCS #8. */
  readonly privateKey: string;
  /** PEM, PKCS #10: all that the deployment gets to see. */
  readonly signingRequest: string;
}

/** Makes a key on P-256, the only curve that the deployment's authorities take. */
export function makeOperatorKey(): OperatorKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    signingRequest: writeSigningRequest(privateKey, 'kubestep operator'),
  };
}
