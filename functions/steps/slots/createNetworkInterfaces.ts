import * as z from 'zod';
import { ensureEach } from '../../../shared/aws/adoption.ts';
import { idFor } from '../../../shared/aws/ids.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import { allowForeignAddresses, ensureNetworkInterface } from '../../../shared/aws/networkInterfaces.ts';
import { sendsPodAddresses } from '../../../shared/network/podNetworks.ts';
import { step } from '../../../shared/step/step.ts';
import { knownResources } from '../../../shared/store/resources.ts';
import { together } from '../../../shared/together.ts';

/**
 * Ensures each slot's interface with its fixed address, before anything in the same subnets gets an address that AWS chooses: in
 * an existing VPC the load balancer and the endpoints are in the same subnets as the slots.
 */
export const handler = step(
  z.object({ subnetIds: idsByKey, securityGroupIds: idsByKey }),
  async ({ plan, input: { subnetIds, securityGroupIds } }) => {
    const { cluster, slots, kubernetes } = plan.blueprint;
    const known = await knownResources(cluster.id);
    const resources = { clusterId: cluster.id, kind: 'network-interface', known } as const;
    const networkInterfaceIds = await ensureEach(resources, slots, (slot) => {
      const groups = slot.securityGroupKeys.map((key) => idFor(securityGroupIds, key, 'security group'));
      const place = { subnetId: idFor(subnetIds, slot.subnetKey, 'subnet'), securityGroupIds: groups };
      return ensureNetworkInterface(cluster, slot, place, known);
    });
    // EC2 drops pods' own addresses at the interface otherwise.
    if (sendsPodAddresses({ plugin: kubernetes.plugin, calicoMode: kubernetes.calicoMode }))
      await together(Object.values(networkInterfaceIds), allowForeignAddresses);
    return { networkInterfaceIds };
  },
);
