import * as z from 'zod';
import { idFor } from '../../shared/aws/ids.ts';
import { idsByKey } from '../../shared/aws/idsByKey.ts';
import { allowForeignAddresses, ensureNetworkInterface } from '../../shared/aws/networkInterfaces.ts';
import { together, togetherByKey } from '../../shared/aws/together.ts';
import { ensureVolume } from '../../shared/aws/volumes.ts';
import type { KubernetesBlueprint } from '../../shared/blueprint/blueprint.ts';
import { step } from '../../shared/step/step.ts';
import { knownResources } from '../../shared/store/resources.ts';

const input = z.object({ subnetIds: idsByKey, securityGroupIds: idsByKey, keyArns: idsByKey });

/** Ensures what outlives a machine: each slot's interface with its fixed address, and its encrypted volume. */
export const handler = step(input, async ({ plan, input: { subnetIds, securityGroupIds, keyArns } }) => {
  const { cluster, slots, kubernetes } = plan.blueprint;
  const known = await knownResources(cluster.id);
  const networkInterfaceIds = await togetherByKey(slots, (slot) => {
    const groups = slot.securityGroupKeys.map((key) => idFor(securityGroupIds, key, 'security group'));
    const place = { subnetId: idFor(subnetIds, slot.subnetKey, 'subnet'), securityGroupIds: groups };
    return ensureNetworkInterface(cluster, slot, place, known);
  });
  if (carriesPodAddresses(kubernetes)) await together(Object.values(networkInterfaceIds), allowForeignAddresses);

  const withVolume = slots.flatMap(({ volume, ...slot }) => (volume ? [{ ...slot, volume }] : []));
  const volumeIds = await togetherByKey(withVolume, (slot) =>
    ensureVolume(cluster, slot, idFor(keyArns, 'volumes', 'key'), known),
  );
  return { networkInterfaceIds, volumeIds };
});

/** Whether pods' own addresses appear on the VPC's network; EC2 drops them at the interface otherwise. */
function carriesPodAddresses({ plugin, calicoMode }: KubernetesBlueprint): boolean {
  return plugin === 'routed' || (plugin === 'calico' && calicoMode === 'bgp-cross-subnet');
}
