import type { ResourceKind } from '../blueprint/tags.ts';
import { findAddresses } from './addresses.ts';
import { findAutoScalingGroups } from './autoScalingGroups.ts';
import { findEndpoints } from './endpoints.ts';
import { findInstances } from './instances.ts';
import { findInternetGateways } from './internetGateways.ts';
import { findClusterKeys } from './keys.ts';
import { findLaunchTemplates } from './launchTemplates.ts';
import { findLoadBalancers } from './loadBalancers.ts';
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
}

/** Everything that exists of a cluster, as AWS shows it now; what is being deleted still counts, what is deleted does not. */
export async function observe(clusterId: string): Promise<Observed[]> {
  const network = await Promise.all([
    observed('vpc', findVpcs(clusterId)),
    observed('subnet', findSubnets(clusterId)),
    observed('internet-gateway', findInternetGateways(clusterId)),
    observed('elastic-ip', findAddresses(clusterId)),
    observed('nat-gateway', existing(findNatGateways(clusterId))),
    observed('route-table', findRouteTables(clusterId)),
    observed('endpoint', existing(findEndpoints(clusterId))),
    observed('security-group', findSecurityGroups(clusterId)),
    observed('load-balancer', byArn(findLoadBalancers(clusterId))),
    observed('target-group', byArn(findTargetGroups(clusterId))),
  ]);
  const machines = await Promise.all([
    observed('network-interface', findNetworkInterfaces(clusterId)),
    observed('volume', existing(findVolumes(clusterId))),
    observed('instance', findInstances(clusterId)),
    observed('launch-template', findLaunchTemplates(clusterId)),
    observed('auto-scaling-group', byName(findAutoScalingGroups(clusterId))),
    observed('role', named(findMachineRoles(clusterId))),
    observed('instance-profile', named(findInstanceProfiles(clusterId))),
    observed('key', byKeyId(findClusterKeys(clusterId))),
  ]);
  return [...network, ...machines].flat();
}

type Found = { readonly id: string; readonly key: string | undefined };

const observed = async (kind: ResourceKind, found: Promise<readonly Found[]>): Promise<Observed[]> =>
  (await found).map(({ id, key }) => ({ kind, key: key ?? '', id }));

const existing = async <Item extends { readonly state: string }>(found: Promise<readonly Item[]>) =>
  (await found).filter(({ state }) => state !== 'deleted');

const byArn = async (found: Promise<readonly { readonly arn: string; readonly name: string }[]>) =>
  (await found).map(({ arn, name }) => ({ id: arn, key: name }));

const byName = async (found: Promise<readonly { readonly name: string; readonly key: string }[]>) =>
  (await found).map(({ name, key }) => ({ id: name, key }));

const named = async (found: Promise<readonly string[]>) => (await found).map((name) => ({ id: name, key: name }));

const byKeyId = async (found: Promise<readonly { readonly key: string; readonly keyId: string }[]>) =>
  (await found).map(({ key, keyId }) => ({ id: keyId, key }));
