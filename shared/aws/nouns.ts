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

/** What every found thing has, whatever else its noun knows of it. */
export interface Named {
  /** Id, ARN or name: what AWS knows it by. */
  readonly id: string;
  /** The blueprint's key, or its name in AWS where no tag is read. */
  readonly key: string | undefined;
}

/** What looks at a cluster knows of a kind of resource. Creating and removing differ too much to be one contract. */
export interface Noun<Item extends Named = Named> {
  /** Everything that wears the cluster's tags; what is deleted and still shown does not count. */
  find(clusterId: string): Promise<readonly Item[]>;
  /** Those of what was found that more than their tags says are the cluster's. */
  ours(membership: Membership, found: readonly Item[]): readonly Item[];
}

/** Names say whose these are: they are part of what was looked for. */
const byItsName = <Item>(_: Membership, found: readonly Item[]): readonly Item[] => found;

const each =
  <Known>(isOurs: (membership: Membership, item: Known) => boolean) =>
  <Item extends Known>(membership: Membership, found: readonly Item[]): readonly Item[] =>
    found.filter((item) => isOurs(membership, item));

const withPlace = each(isMember);

const atHome = each((membership: Membership, { vpcId }: { readonly vpcId: string | undefined }) =>
  isHomeVpc(membership, vpcId),
);

const named = async (names: Promise<readonly string[]>) => (await names).map((name) => ({ id: name, key: name }));

const byArn = async <Item extends { readonly arn: string; readonly name: string }>(found: Promise<readonly Item[]>) =>
  (await found).map((item) => ({ ...item, id: item.arn, key: item.name }));

const byName = async (found: Promise<readonly { readonly name: string; readonly key: string }[]>) =>
  (await found).map(({ name, key }) => ({ id: name, key }));

const byKeyId = async (found: Promise<readonly { readonly key: string; readonly keyId: string }[]>) =>
  (await found).map(({ key, keyId }) => ({ id: keyId, key }));

const existing = async <Item extends { readonly state: string }>(found: Promise<readonly Item[]>) =>
  (await found).filter(({ state }) => state !== 'deleted');

/** Ties the types of one noun together: what `find` finds is what `ours` judges. */
const noun = <Item extends Named>(
  find: (clusterId: string) => Promise<readonly Item[]>,
  ours: (membership: Membership, found: readonly Item[]) => readonly Item[],
): Noun => ({ find, ours: ours as Noun['ours'] });

/** Every kind that is found by itself; a listener is found through its load balancer. */
export const nouns: Readonly<Record<Exclude<ResourceKind, 'listener'>, Noun>> = {
  vpc: noun(findVpcs, (membership, found) => oursAmong(membership, 'vpc', found)),
  'internet-gateway': noun(findInternetGateways, (membership, found) =>
    oursAmong(membership, 'internet-gateway', found),
  ),
  'elastic-ip': noun(findAddresses, (membership, found) => oursAmong(membership, 'elastic-ip', found)),
  subnet: noun(findSubnets, withPlace),
  'nat-gateway': noun((clusterId) => existing(findNatGateways(clusterId)), withPlace),
  'route-table': noun(findRouteTables, withPlace),
  endpoint: noun((clusterId) => existing(findEndpoints(clusterId)), withPlace),
  'security-group': noun(findSecurityGroups, byItsName),
  'load-balancer': noun((clusterId) => byArn(findLoadBalancers(clusterId)), atHome),
  'target-group': noun((clusterId) => byArn(findTargetGroups(clusterId)), atHome),
  'network-interface': noun(findNetworkInterfaces, each(isOurInterface)),
  volume: noun((clusterId) => existing(findVolumes(clusterId)), each(isOurVolume)),
  instance: noun(findInstances, each(isOurInstance)),
  'launch-template': noun(findLaunchTemplates, byItsName),
  'auto-scaling-group': noun((clusterId) => byName(findAutoScalingGroups(clusterId)), byItsName),
  role: noun((clusterId) => named(findMachineRoles(clusterId)), byItsName),
  'instance-profile': noun((clusterId) => named(findInstanceProfiles(clusterId)), byItsName),
  key: noun(
    (clusterId) => byKeyId(findClusterKeys(clusterId)),
    each((membership, { id }: Named) => isOurKey(membership, id)),
  ),
};
