import { interfaceDescription } from '../../aws/networkInterfaces.ts';
import type { Blueprint, SlotBlueprint } from '../../blueprint/blueprint.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { sendsPodAddresses } from '../../network/podNetworks.ts';
import { idIn, type Observation } from './observation.ts';
import { securityGroup, subnet, volumesKey } from './references.ts';
import { nameOf, type Part, type Resource } from './syntax.ts';

/** What outlives the machines of masters and etcd: interfaces with fixed addresses, and volumes. */
export const slotsPart = (blueprint: Blueprint, observed: Observation): Part => ({
  resources: blueprint.slots.flatMap((slot) => [
    networkInterface(blueprint, slot, observed),
    ...volume(blueprint, slot, observed),
  ]),
  leftOut: [
    {
      what: blueprint.slots.map(({ key }) => `instance/${key}`).join(', '),
      reason: 'machines are launched and admitted by a workflow; one that Terraform replaced would not be let in',
    },
  ],
});

function networkInterface(blueprint: Blueprint, slot: SlotBlueprint, observed: Observation): Resource {
  const { cluster, kubernetes } = blueprint;
  return {
    type: 'aws_network_interface',
    name: nameOf('network-interface', slot.key),
    id: idIn(observed, `network-interface/${slot.key}`),
    values: {
      subnet_id: subnet(blueprint, slot.subnetKey),
      private_ips: [slot.address],
      security_groups: slot.securityGroupKeys.map(securityGroup),
      description: interfaceDescription(cluster, slot),
      source_dest_check: !sendsPodAddresses({ plugin: kubernetes.plugin, calicoMode: kubernetes.calicoMode }),
      tags: tagsOf(cluster, 'network-interface', slot.key),
      // Machines come and go.
      lifecycle: { ignore_changes: ['attachment'] },
    },
  };
}

function volume({ cluster }: Blueprint, { key, zone, volume: made }: SlotBlueprint, observed: Observation): Resource[] {
  if (made === undefined) return [];
  return [
    {
      type: 'aws_ebs_volume',
      name: nameOf('volume', key),
      id: idIn(observed, `volume/${key}`),
      values: {
        availability_zone: zone,
        type: made.type,
        size: made.sizeGiB,
        iops: made.iops,
        throughput: made.throughputMiBps,
        encrypted: true,
        kms_key_id: volumesKey,
        tags: tagsOf(cluster, 'volume', key),
        lifecycle: { prevent_destroy: true },
      },
    },
  ];
}
