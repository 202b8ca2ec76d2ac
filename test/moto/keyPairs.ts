import { generateKeyPairSync } from 'node:crypto';
import { EncryptCommand, KMSClient } from '@aws-sdk/client-kms';

const kms = new KMSClient({});

interface KeyPairRequest {
  readonly KeyId?: string;
  readonly KeyPairSpec?: string;
  readonly EncryptionContext?: Record<string, string>;
}

/** KMS's GenerateDataKeyPairWithoutPlaintext, which moto lacks, with a key of moto that encrypts the private half. */
export async function generateDataKeyPair(input: Readonly<Record<string, unknown>>): Promise<object> {
  const { KeyId, KeyPairSpec, EncryptionContext } = input as KeyPairRequest;
  const { publicKey, privateKey } =
    KeyPairSpec === 'RSA_2048'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const Plaintext = privateKey.export({ type: 'pkcs8', format: 'der' });
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
  return {
    KeyId,
    KeyPairSpec,
    PublicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    PrivateKeyCiphertextBlob: CiphertextBlob,
  };
}
