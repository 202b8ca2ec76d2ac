import type { Bundle } from '../../../shared/machine/bundle.ts';
import { impairedSince } from '../../cloud/ec2/capacityFaults.ts';
import { networkInterfaces } from '../../cloud/ec2/networkInterfaces.ts';
import { canReach, routeTo } from '../../cloud/ec2/reachability.ts';
import type { World } from '../../cloud/world.ts';
import { type MachineRow, machines } from './machineRows.ts';
import { bundleOf, type MachineContext, NotYet, report } from './nodeApi.ts';
import { fileOf } from './unitFlags.ts';

const configuration = '/etc/kubestep/pod-network.conflist';

/** Whether the VPC itself routes this machine's pods. */
export const hasRoutedPods = ({ files }: Bundle): boolean => files.some(({ path }) => path === configuration);

/** Asks for the range of the machine's pods; a refusal in words is reported, as the node script does. */
export async function fetchPodRange(context: MachineContext): Promise<string> {
  const { machine, request, principal } = context;
  fileOf(bundleOf(context), '/etc/kubestep/pod-masquerade.nft');
  const { status, body } = await request({
    principal,
    method: 'POST',
    path: '/node/pod-range',
    sourceAddress: machine.address,
  });
  const answer = JSON.parse(body) as { readonly podRange?: string; readonly message?: string };
  if (status === 200 && answer.podRange !== undefined) return answer.podRange;
  const message = `no pod range: ${answer.message ?? `the Node API answered ${status}`}`;
  if (status === 409) await report(context, { phase: 'node-ready', outcome: 'failed', message });
  throw new NotYet(message);
}

/** Any port: pods listen where they like. */
const somePort = 8080;

/** Pods of this machine and those of machines in every subnet of the cluster find each other over the VPC's own routes. */
export function requirePodRoutes({ cloud, machine }: MachineContext, bundle: Bundle): void {
  const own = machine.podRange;
  if (own === undefined) throw new NotYet('its pods have no range');
  const { world } = cloud;
  for (const peer of onePeerASubnet(world, machine, bundle.cluster.id, (row) => bundleOf({ cloud, machine: row }))) {
    requireWay(world, peer, { ...machine, podRange: own });
    if (peer.podRange !== undefined) requireWay(world, machine, { ...peer, podRange: peer.podRange });
  }
}

/** From a pod of one machine, or from the machine itself while it has none, to a pod of the other. */
function requireWay(world: World, from: MachineRow, to: MachineRow & { readonly podRange: string }): void {
  const address = podIn(to.podRange);
  const reach = canReach(world, {
    from: from.networkInterfaceId,
    ...(from.podRange !== undefined && { fromAddress: podIn(from.podRange) }),
    to: { address, protocol: 'tcp', port: somePort },
  });
  const why = reach.reachable ? otherWay(world, from, to, address) : reach.why;
  if (why !== undefined) throw new NotYet(`pods of ${from.instanceId} do not reach those of ${to.instanceId}: ${why}`);
}

/** Packets without a route to the node take the one out of the VPC, where nobody has a pod's address. */
function otherWay(world: World, from: MachineRow, to: MachineRow, address: string): string | undefined {
  const sender = networkInterfaces(world).get(from.networkInterfaceId);
  const target = sender && routeTo(world, sender, address);
  if (target !== undefined && target !== 'local' && target.id === to.networkInterfaceId) return undefined;
  return `the route table of ${sender?.subnetId} has no route to ${address}`;
}

/** The first address after the bridge's own. */
const podIn = (range: string): string => range.replace(/0\/\d+$/, '2');

/** Machines of a subnet share its route table, so one of each speaks for all; who does not answer is not asked. */
function onePeerASubnet(
  world: World,
  own: MachineRow,
  clusterId: string,
  bundleAt: (row: MachineRow) => Bundle,
): readonly MachineRow[] {
  const peers = new Map<string, MachineRow>();
  for (const row of machines(world).rows()) {
    const answers = row.agentSince !== undefined && impairedSince(world, row) === undefined;
    if (row.instanceId === own.instanceId || row.bundle === undefined || !answers) continue;
    const subnet = networkInterfaces(world).get(row.networkInterfaceId)?.subnetId ?? '';
    const better = peers.get(subnet)?.podRange === undefined;
    if (better && isNodeOf(bundleAt(row), clusterId)) peers.set(subnet, row);
  }
  return [...peers.values()];
}

const isNodeOf = (bundle: Bundle, clusterId: string): boolean =>
  bundle.cluster.id === clusterId && bundle.units.includes('kubelet.service');
