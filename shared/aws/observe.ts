import type { ResourceKind } from '../blueprint/tags.ts';
import type { Membership } from '../store/membership.ts';
import { findAddresses } from './addresses.ts';
import { findAutoScalingGroups } from './autoScalingGroups.ts';
import { findEndpoints } from './endpoints.ts';
import { findInstances } from './instances.ts';
import { findInternetGateways } from './internetGateways.ts';
import { findClusterKeys } from './keys.ts';
import { findLaunchTemplates } from './launchTemplates.ts';
import { findLoadBalancers } from './loadBalancers.ts';
import { isHomeVpc, isMember, isOurInstance, isOurInterface, isOurKey, isOurVolume, oursAmong } from './membership.ts';
import { findNatGateways } from './natGateways.ts';
import { findNetworkInterfaces } from './networkInterfaces.ts';
import { findInstanceProfiles, findMachineRoles } from './roles.ts';
import { findRouteTables } from './routeTables.ts';
import { findSecurityGroups } from './securityGroups.ts';
import { findSubnets } from './subnets.ts';
import { findTargetGroups } from './targetGroups.ts';
import { findVolumes } from './volumes.ts';
import { findVpcs } from './vpcs.ts';

/** One resource that carries the cluster's tags. */
export interface Observed {
  readonly kind: ResourceKind;
  /** The blueprint's key, where the service's answer tells it. */
  readonly key: string;
  /** Id, ARN or name: what AWS knows it by. */
  readonly id: string;
  /** Whether more than its tags says that it is the cluster's. What only wears the tags is left alone. */
  readonly isOurs: boolean;
}

/** Everything that wears a cluster's tags, as AWS shows it now; what is being deleted still counts, what is deleted does not. */
export async function observe(membership: Membership): Promise<Observed[]> {
  const { clusterId } = membership;
  const inVpc = (found: Parameters<typeof isMember>[1]) => isMember(membership, found);
  const atHome = ({ vpcId }: { readonly vpcId: string | undefined }) => isHomeVpc(membership, vpcId);
  // Names say whose these are: they are part of what was looked for.
  const byItsName = () => true;
  const network = await Promise.all([
    withoutName('vpc', findVpcs(clusterId), membership),
    withoutName('internet-gateway', findInternetGateways(clusterId), membership),
    withoutName('elastic-ip', findAddresses(clusterId), membership),
    observed('subnet', findSubnets(clusterId), inVpc),
    observed('nat-gateway', existing(findNatGateways(clusterId)), inVpc),
    observed('route-table', findRouteTables(clusterId), inVpc),
    observed('endpoint', existing(findEndpoints(clusterId)), inVpc),
    observed('security-group', findSecurityGroups(clusterId), byItsName),
    observed('load-balancer', byArn(findLoadBalancers(clusterId)), atHome),
    observed('target-group', byArn(findTargetGroups(clusterId)), atHome),
  ]);
  const machines = await Promise.all([
    observed('network-interface', findNetworkInterfaces(clusterId), (found) => isOurInterface(membership, found)),
    observed('volume', existing(findVolumes(clusterId)), (found) => isOurVolume(membership, found)),
    observed('instance', findInstances(clusterId), (found) => isOurInstance(membership, found)),
    observed('launch-template', findLaunchTemplates(clusterId), byItsName),
    observed('auto-scaling-group', byName(findAutoScalingGroups(clusterId)), byItsName),
    observed('role', named(findMachineRoles(clusterId)), byItsName),
    observed('instance-profile', named(findInstanceProfiles(clusterId)), byItsName),
    observed('key', byKeyId(findClusterKeys(clusterId)), ({ id }) => isOurKey(membership, id)),
  ]);
  return [...network, ...machines].flat();
}

type Found = { readonly id: string; readonly key: string | undefined };

const observed = async <Item extends Found>(
  kind: ResourceKind,
  found: Promise<readonly Item[]>,
  isOurs: (item: Item) => boolean,
): Promise<Observed[]> =>
  (await found).map((item) => ({ kind, key: item.key ?? '', id: item.id, isOurs: isOurs(item) }));

const withoutName = async <Item extends Found & { readonly key: string }>(
  kind: Parameters<typeof oursAmong>[1],
  found: Promise<readonly Item[]>,
  membership: Membership,
): Promise<Observed[]> => {
  const ours = new Set(oursAmong(membership, kind, await found));
  return observed(kind, found, (item) => ours.has(item));
};

const existing = async <Item extends { readonly state: string }>(found: Promise<readonly Item[]>) =>
  (await found).filter(({ state }) => state !== 'deleted');

const byArn = async <Item extends { readonly arn: string; readonly name: string }>(found: Promise<readonly Item[]>) =>
  (await found).map((item) => ({ ...item, id: item.arn, key: item.name }));

const byName = async (found: Promise<readonly { readonly name: string; readonly key: string }[]>) =>
  (await found).map(({ name, key }) => ({ id: name, key }));

const named = async (found: Promise<readonly string[]>) => (await found).map((name) => ({ id: name, key: name }));

const byKeyId = async (found: Promise<readonly { readonly key: string; readonly keyId: string }[]>) =>
  (await found).map(({ key, keyId }) => ({ id: keyId, key }));
