import * as z from 'zod';
import { findAddresses } from '../../shared/aws/addresses.ts';
import { idFor } from '../../shared/aws/ids.ts';
import { idsByKey } from '../../shared/aws/idsByKey.ts';
import { ensureNatGateway, findNatGateways, removeNatGateway } from '../../shared/aws/natGateways.ts';
import { together, togetherByKey } from '../../shared/aws/together.ts';
import { Conflict, NotReady } from '../../shared/step/errors.ts';
import { step } from '../../shared/step/step.ts';

/** Done when every NAT gateway is available. One that failed is removed and its cause told; resuming makes another. */
export const handler = step(z.object({ subnetIds: idsByKey }), async ({ plan, input }) => {
  const { cluster, natGateways } = plan.blueprint;
  if (natGateways.length === 0) return { natGatewayIds: {} };

  const found = await findNatGateways(cluster.id);
  const failed = found.filter(({ state }) => state === 'failed');
  await together(failed, ({ id }) => removeNatGateway(id));
  if (failed.length > 0) {
    const causes = failed.map(({ key, failure }) => `${key}: ${failure}`).join('; ');
    throw new Conflict(
      `NAT gateways of ${cluster.id} failed (${causes}). Mend the cause, then resume: they are created again.`,
    );
  }

  const addresses = await findAddresses(cluster.id);
  const allocationIds = Object.fromEntries(addresses.map(({ key, id }) => [key, id]));
  const natGatewayIds = await togetherByKey(natGateways, (gateway) => {
    const subnetId = idFor(input.subnetIds, gateway.subnetKey, 'subnet');
    const allocationId = idFor(allocationIds, gateway.key, 'address');
    return ensureNatGateway(cluster, gateway, { subnetId, allocationId }, found);
  });

  const available = new Set(found.filter(({ state }) => state === 'available').map(({ id }) => id));
  const waiting = Object.entries(natGatewayIds).filter(([, id]) => !available.has(id));
  if (waiting.length > 0) throw new NotReady(`NAT gateways are pending: ${waiting.map(([key]) => key).join(', ')}`);
  return { natGatewayIds };
});
