import * as z from 'zod';
import { type IdentifiedMachine, identify, Refused } from '../../shared/nodeApi/identity.ts';
import { jsonText, nodeRoute } from '../../shared/nodeApi/nodeRoute.ts';
import { slotsThatServed } from '../../shared/store/etcd.ts';

/**
 * How a member of etcd starts on an empty disk. `new` forms the cluster's first quorum and is never answered again once
 * a member has served; `existing` and `learner` join a cluster that knows this member, and wait until another member
 * answers; `refuse` does not start at all.
 */
type EtcdStart = 'new' | 'existing' | 'learner' | 'refuse';

/** GET /node/etcd: how the caller's etcd may start on an empty disk. A member that finds its data asks nobody. */
export const handler = nodeRoute(z.undefined(), async ({ caller }) => {
  const { identity, slot } = await identify(caller, { fresh: true });
  if (slot === undefined || !slot.runs.etcd) throw new Refused('it runs no etcd');
  return jsonText(`${JSON.stringify({ start: await startOf(identity.clusterId, slot) })}\n`);
});

async function startOf(clusterId: string, { key, row }: NonNullable<IdentifiedMachine['slot']>): Promise<EtcdStart> {
  const served = await slotsThatServed(clusterId);
  if (served.size === 0) return 'new';
  if (row.etcdStart !== undefined) return row.etcdStart;
  // The others have begun without it, a member from the beginning that has promised nothing yet.
  return served.has(key) ? 'refuse' : 'existing';
}
