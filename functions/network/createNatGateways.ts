import * as z from 'zod';
import { ensureAddress, findAddresses } from '../../shared/aws/addresses.ts';
import { idFor, idOf } from '../../shared/aws/ids.ts';
import { idsByKey } from '../../shared/aws/idsByKey.ts';
import { ensureNatGateway, findNatGateways } from '../../shared/aws/natGateways.ts';
import { together } from '../../shared/aws/together.ts';
import { step } from '../../shared/step/step.ts';

/** Ensures the NAT gateways and returns their addresses at once; AwaitNatGateways waits for them. */
export const handler = step(z.object({ subnetIds: idsByKey }), async ({ plan, attempt, input }) => {
  const { cluster, natGateways } = plan.blueprint;
  const addresses = await findAddresses(cluster.id);
  const ours = await together(natGateways, ({ key }) => ensureAddress(cluster, key, addresses, attempt));

  const found = await findNatGateways(cluster.id);
  await together(natGateways, (gateway, index) => {
    const subnetId = idFor(input.subnetIds, gateway.subnetKey, 'subnet');
    return ensureNatGateway(cluster, gateway, { subnetId, allocationId: idOf(ours[index]?.id) }, found);
  });
  return { natAddresses: Object.fromEntries(ours.map(({ key, publicAddress }) => [key, publicAddress])) };
});
