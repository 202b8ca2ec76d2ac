import type { Facts } from '../facts/facts.ts';
import { slotAddresses } from '../network/addressPlan.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import type { SlotBlueprint, SubnetBlueprint } from './blueprint.ts';
import { machineBlueprint } from './machines.ts';
import { controlPlaneSizing, masterCount } from './sizing.ts';
import { slotSubnet } from './subnets.ts';

/** Masters and members of one zone at most: five each, in a single zone. Members' addresses follow the masters'. */
const SLOTS_OF_A_ROLE = 5;

/** The places for masters and etcd members, spread over the zones in their order. */
export function slotBlueprints(
  spec: ClusterSpec,
  facts: Facts,
  subnets: readonly SubnetBlueprint[],
): readonly SlotBlueprint[] {
  const { etcd, controlPlane } = spec.spec;
  const isStacked = etcd.placement === 'stacked';
  const sizing = controlPlaneSizing(spec);
  const machine = (instanceType: string) => machineBlueprint([instanceType], controlPlane.rootVolume, spec.spec, facts);

  const masters = Array.from(
    { length: masterCount(spec) },
    (_, index): SlotBlueprint => ({
      key: `master-${index}`,
      role: 'master',
      runs: { etcd: isStacked, controlPlane: true },
      ...placeOf(spec, facts, subnets, { role: 'master', index }),
      securityGroupKeys: isStacked ? ['masters', 'etcd'] : ['masters'],
      volume: isStacked ? sizing.etcdVolume : undefined,
      machine: machine(sizing.master),
    }),
  );
  if (isStacked) return masters;

  const members = Array.from(
    { length: etcd.members },
    (_, index): SlotBlueprint => ({
      key: `etcd-${index}`,
      role: 'etcd',
      runs: { etcd: true, controlPlane: false },
      ...placeOf(spec, facts, subnets, { role: 'etcd', index }),
      securityGroupKeys: ['etcd'],
      volume: sizing.etcdVolume,
      machine: machine(sizing.dedicatedEtcd),
    }),
  );
  return [...masters, ...members];
}

/** Zone and address of a slot. They depend on its own number only, so that further slots move none. */
function placeOf(
  { spec: { zones } }: ClusterSpec,
  facts: Facts,
  subnets: readonly SubnetBlueprint[],
  { role, index }: { readonly role: 'master' | 'etcd'; readonly index: number },
): Pick<SlotBlueprint, 'zone' | 'subnetKey' | 'address'> {
  const zone = zones[index % zones.length];
  if (zone === undefined) throw new RangeError('a cluster needs a zone');
  const subnet = slotSubnet(subnets, zone);
  const inUse = facts.existingVpc?.subnets.find(({ subnetId }) => subnetId === subnet.existingSubnetId)?.addressesInUse;
  const place = Math.floor(index / zones.length) + (role === 'etcd' ? SLOTS_OF_A_ROLE : 0);
  const address = slotAddresses(subnet.cidr, place + 1, inUse)[place];
  if (address === undefined) throw new RangeError(`${subnet.cidr} has no address number ${place} for a slot`);
  return { zone, subnetKey: subnet.key, address };
}
