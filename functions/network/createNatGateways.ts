import * as z from 'zod';
import { ensureAddress, findAddresses } from '../../shared/aws/addresses.ts';
import { idFor } from '../../shared/aws/ids.ts';
import { idsByKey } from '../../shared/aws/idsByKey.ts';
import { ensureNatGateway, findNatGateways } from '../../shared/aws/natGateways.ts';
import { togetherByKey } from '../../shared/aws/together.ts';
import { step } from '../../shared/step/step.ts';

/** Ensures the NAT gateways with their addresses and returns at once; AwaitNatGateways waits for them. */
export const handler = step(z.object({ subnetIds: idsByKey }), async ({ plan, attempt, input }) => {
  const { cluster, natGateways } = plan.blueprint;
  const addresses = await findAddresses(cluster.id);
  const allocationIds = await togetherByKey(natGateways, ({ key }) => ensureAddress(cluster, key, addresses, attempt));

  const found = await findNatGateways(cluster.id);
  const natGatewayIds = await togetherByKey(natGateways, (gateway) => {
    const subnetId = idFor(input.subnetIds, gateway.subnetKey, 'subnet');
    const allocationId = idFor(allocationIds, gateway.key, 'address');
    return ensureNatGateway(cluster, gateway, { subnetId, allocationId }, found);
  });
  return { natGateways: Object.keys(natGatewayIds).length };
});
