import * as z from 'zod';
import { ensureAddress, publicAddressOf } from '../../../shared/aws/addresses.ts';
import { ensureEach } from '../../../shared/aws/adoption.ts';
import { idFor, idOf } from '../../../shared/aws/ids.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import { ensureNatGateway } from '../../../shared/aws/natGateways.ts';
import { step } from '../../../shared/step/step.ts';
import { knownResources } from '../../../shared/store/resources.ts';
import { togetherByKey } from '../../../shared/together.ts';

/** Ensures the NAT gateways and returns their addresses at once; AwaitNatGateways waits for them. */
export const handler = step(z.object({ subnetIds: idsByKey }), async ({ plan, attempt, input }) => {
  const { cluster, natGateways } = plan.blueprint;
  const known = await knownResources(cluster.id);
  const allocationIds = await togetherByKey(natGateways, ({ key }) => ensureAddress(cluster, key, known));

  await ensureEach({ clusterId: cluster.id, kind: 'nat-gateway', known }, natGateways, (gateway) => {
    const subnetId = idFor(input.subnetIds, gateway.subnetKey, 'subnet');
    const place = { subnetId, allocationId: idOf(allocationIds[gateway.key]) };
    return ensureNatGateway(cluster, gateway, place, { known, attempt });
  });
  return { natAddresses: await togetherByKey(natGateways, ({ key }) => publicAddressOf(idOf(allocationIds[key]))) };
});
