import { readRow, writeRow } from './table.ts';

/** Which bundle the machines of a slot or a node group boot from. */
export interface BundleRow {
  /** The place's name: a slot's key, or `group/NAME`. */
  readonly machine: string;
  /** Content address in hexadecimal, checked by the machine before use. */
  readonly sha256: string;
  /** Object key in the deployment's bucket. */
  readonly objectKey: string;
  /** DNS name of the API's load balancer, which API servers have in their certificates. */
  readonly endpoint: string;
}

const partitionOf = (clusterId: string) => `bundles#${clusterId}`;

export async function writeBundleRow(clusterId: string, row: BundleRow): Promise<void> {
  await writeRow({ pk: partitionOf(clusterId), sk: row.machine, ...row });
}

export const readBundleRow = (clusterId: string, machine: string): Promise<BundleRow | undefined> =>
  readRow<BundleRow>({ pk: partitionOf(clusterId), sk: machine });
