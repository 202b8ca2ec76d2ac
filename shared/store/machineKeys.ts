import { readRow, writeRowIfAbsent } from './table.ts';

interface MachineKeyRow {
  /** sha256 of the public key, in hexadecimal. */
  readonly fingerprint: string;
}

/**
 * Binds a certificate's key to an instance at its first request. False when the instance is bound to another key: a machine
 * keeps its keys for life, so somebody else may be asking with its credentials.
 */
export async function bindMachineKey(instanceId: string, profile: string, fingerprint: string): Promise<boolean> {
  const key = { pk: `machine#${instanceId}`, sk: `key#${profile}` };
  if (await writeRowIfAbsent({ ...key, fingerprint })) return true;
  const bound = await readRow<MachineKeyRow>(key);
  return bound?.fingerprint === fingerprint;
}
