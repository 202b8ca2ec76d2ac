import { gunzipSync } from 'node:zlib';
import type { CallObserver } from '../../../local/cloud/cloud.ts';
import { machineCertificates } from '../../../local/machines/simulated/machineRows.ts';
import type { TestAccount } from '../embeddedWorld.ts';

/** Remembers what KMS handed out in plaintext. */
export interface PlaintextLog {
  readonly observer: CallObserver;
  readonly plaintexts: ReadonlySet<string>;
}

export function plaintextLog(): PlaintextLog {
  const plaintexts = new Set<string>();
  return {
    plaintexts,
    observer: {
      after({ service }, output) {
        const { Plaintext } = (output ?? {}) as { Plaintext?: Uint8Array };
        if (service === 'kms' && Plaintext) plaintexts.add(Buffer.from(Plaintext).toString('base64'));
      },
    },
  };
}

/** Where keys are at home: inside of KMS, and on the machine that made them. */
const homes = /^(kms\.material|machines\.certificates)/;

/** Tables that hold a secret which is not theirs: histories, the store, the bucket, user data, tags, commands, logs. */
export function noSecretLeaves({ world }: TestAccount, { plaintexts }: PlaintextLog): string[] {
  const secrets = [...plaintexts, ...machineKeys(world), ...keyMaterial(world)];
  return [...world.tables.dump()]
    .filter(([table]) => !homes.test(table))
    .filter(([, , row]) => textsIn(row).some((text) => holdsSecret(text, secrets)))
    .map(([table, key]) => `${table} ${key}`);
}

function holdsSecret(text: string, secrets: readonly string[]): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) || secrets.some((secret) => text.includes(secret));
}

function machineKeys(world: TestAccount['world']): string[] {
  return [...machineCertificates(world).rows()].map(({ key }) => key.replaceAll(/-----[^-]+-----|\s/g, ''));
}

function keyMaterial(world: TestAccount['world']): string[] {
  return [...world.tables.table<{ secret: string }>('kms.material').rows()].map(({ secret }) => secret);
}

/** The row as text, and every encoded text within it decoded. */
function textsIn(row: unknown): string[] {
  const text = JSON.stringify(row) ?? '';
  const encoded = [...text.matchAll(/"([A-Za-z0-9+/]{60,}={0,2})"/g)].map(([, found = '']) =>
    Buffer.from(found, 'base64'),
  );
  return [text, text.replaceAll('\\n', ''), ...encoded.map(unpacked)];
}

const gzipMagic = Buffer.from([0x1f, 0x8b]);

const unpacked = (bytes: Buffer): string =>
  (bytes.subarray(0, 2).equals(gzipMagic) ? gunzipSync(bytes) : bytes).toString('utf8');
