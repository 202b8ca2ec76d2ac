import * as z from 'zod';
import { ensureEach } from '../../../shared/aws/adoption.ts';
import { idFor, idOf } from '../../../shared/aws/ids.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import {
  createNatGateway,
  ensureNatGateway,
  type FoundNatGateway,
  findNatGateways,
  natGatewayName,
  removeNatGateway,
} from '../../../shared/aws/natGateways.ts';
import { now } from '../../../shared/environment.ts';
import { Conflict, NotReady } from '../../../shared/errors.ts';
import { step } from '../../../shared/step/step.ts';
import { knownResources } from '../../../shared/store/resources.ts';
import { together } from '../../../shared/together.ts';

/** Done when every NAT gateway is available. One that failed is removed and its cause reported; resuming creates another. */
export const handler = step(z.object({ subnetIds: idsByKey }), async ({ plan, attempt, input }) => {
  const { cluster, natGateways } = plan.blueprint;
  if (natGateways.length === 0) return { natGatewayIds: {} };

  const known = await knownResources(cluster.id);
  const found = (await findNatGateways(cluster.id)).filter(({ id }) => known.ids.has(id));
  await removeFailed(cluster.id, found);

  const stateOf = new Map(found.map(({ id, state }) => [id, state]));
  const resources = { clusterId: cluster.id, kind: 'nat-gateway', known } as const;
  const natGatewayIds = await ensureEach(resources, natGateways, (gateway) => {
    const resource = natGatewayName(gateway);
    const subnetId = idFor(input.subnetIds, gateway.subnetKey, 'subnet');
    const place = { subnetId, allocationId: idOf(known.idOf(`elastic-ip/${gateway.key}`)) };
    const isOver = isGone(stateOf.get(known.idOf(resource) ?? ''), known.madeAt(resource));
    return (isOver ? createNatGateway : ensureNatGateway)(cluster, gateway, place, { known, attempt });
  });

  const waiting = Object.entries(natGatewayIds).filter(([, id]) => stateOf.get(id) !== 'available');
  if (waiting.length > 0) throw new NotReady(`NAT gateways are pending: ${waiting.map(([key]) => key).join(', ')}`);
  return { natGatewayIds };
});

async function removeFailed(clusterId: string, found: readonly FoundNatGateway[]): Promise<void> {
  const failed = found.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return;
  await together(failed, ({ id }) => removeNatGateway(id));
  const causes = failed.map(({ key, failure }) => `${key}: ${failure}`).join('; ');
  throw new Conflict(
    `NAT gateways of ${clusterId} failed (${causes}). Fix the cause, then resume: they are created again.`,
  );
}

/** EC2 shows a new gateway within seconds, and one that was deleted for about an hour. */
const shownAfterMilliseconds = 300_000;

function isGone(state: string | undefined, madeAt: Date | undefined): boolean {
  if (state !== undefined) return state === 'deleting' || state === 'deleted';
  return madeAt !== undefined && now().getTime() - madeAt.getTime() > shownAfterMilliseconds;
}
