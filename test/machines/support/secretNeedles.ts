import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inNode, world } from './cluster.ts';

/** One way in which a key could be written in a file. */
export interface Needle {
  /** What would have been found. */
  readonly of: string;
  readonly bytes: Buffer;
}

/** The masters' two keys, as they are in the memory of a master. */
export async function masterKeyNeedles(master: string): Promise<readonly Needle[]> {
  const encryption = await inNode(master, 'cat /run/kubestep/secrets/encryption.yaml');
  const secret = /secret: "([^"]+)"/.exec(encryption)?.[1];
  if (secret === undefined) throw new Error(`${master} has no encryption key in memory.`);
  const serviceAccount = createPrivateKey(await inNode(master, 'cat /run/kubestep/secrets/service-account.key'));
  return [
    ...symmetric('the key that encrypts secrets', Buffer.from(secret, 'base64')),
    ...asymmetric('the key of service accounts', serviceAccount),
  ];
}

/**
 * The keys of the authorities, from the one file where the model of KMS keeps them. Of AWS's KMS nobody can read them; here
 * this file is what no machine may hold any of.
 */
export function authorityKeyNeedles(): readonly Needle[] {
  const lines = readFileSync(join(world.folder, 'secrets.jsonl'), 'utf8').trim().split('\n');
  const rows = lines.flatMap((line) => JSON.parse(line) as [string, string, { secret?: string } | undefined][]);
  return rows
    .filter(([table, , row]) => table === 'kms.material' && row?.secret !== undefined)
    .flatMap(([, keyId, row]) => {
      const material = Buffer.from(row?.secret ?? '', 'base64');
      const what = `KMS key ${keyId}`;
      const key = privateKeyOf(material);
      return key ? asymmetric(what, key) : symmetric(what, material);
    });
}

/** The needles of a private key, to show that a search finds what is there. */
export const privateKeyNeedles = (of: string, pem: string): readonly Needle[] => asymmetric(of, createPrivateKey(pem));

function privateKeyOf(material: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey({ key: material, format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  }
}

function symmetric(of: string, key: Buffer): readonly Needle[] {
  return [key, Buffer.from(key.toString('base64')), Buffer.from(key.toString('hex'))].map((bytes) => ({ of, bytes }));
}

/** The secret number itself, in every form of file that holds it as bytes; and as the lines of PEM, in both of its shapes. */
function asymmetric(of: string, key: KeyObject): readonly Needle[] {
  const { d = '' } = key.export({ format: 'jwk' });
  const secret = Buffer.from(d, 'base64url');
  const shapes = key.asymmetricKeyType === 'rsa' ? (['pkcs8', 'pkcs1'] as const) : (['pkcs8', 'sec1'] as const);
  // The first lines are alike for all keys of a kind.
  const lines = shapes.map((type) => String(key.export({ format: 'pem', type } as never)).split('\n')[2] ?? '');
  return [
    secret.subarray(0, 32),
    Buffer.from(secret.toString('hex')),
    Buffer.from(d),
    ...lines.map((line) => Buffer.from(line)),
  ]
    .filter((bytes) => bytes.length >= 24)
    .map((bytes) => ({ of, bytes }));
}
