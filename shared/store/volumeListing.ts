import { type Key, readRow, writeRow } from './table.ts';

interface VolumeListing {
  /** ISO 8601 */
  readonly listedAt: string;
}

const keyOf = (clusterId: string): Key => ({ pk: `reports#${clusterId}`, sk: 'volumes-listed' });

/** Notes that a master has said which volumes outlive their claims, and that those are tagged. */
export async function recordVolumesListed(clusterId: string, listedAt: Date): Promise<void> {
  await writeRow({ ...keyOf(clusterId), listedAt: listedAt.toISOString() });
}

/** Until when volumes were made whose fate is known; undefined when no master has answered. */
export async function volumesListedAt(clusterId: string): Promise<Date | undefined> {
  const row = await readRow<VolumeListing>(keyOf(clusterId));
  return row && new Date(row.listedAt);
}
