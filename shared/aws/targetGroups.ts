import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type Listener,
  ModifyTargetGroupAttributesCommand,
  paginateDescribeListeners,
  paginateDescribeTargetGroups,
  RegisterTargetsCommand,
  type TargetGroup,
  type TargetGroupAttribute,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { apiServerShutdown } from '../blueprint/apiServerShutdown.ts';
import type { ClusterIdentity, LoadBalancerBlueprint } from '../blueprint/blueprint.ts';
import { shortId } from '../blueprint/names.ts';
import { elasticLoadBalancing } from '../clients/elasticLoadBalancing.ts';
import { isNotFound, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { elbTagsOf } from './loadBalancers.ts';
import { requireShape, type Shape } from './shape.ts';
import { awsTags, keyIn } from './tags.ts';

export interface FoundTargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly vpcId: string | undefined;
  readonly loadBalancerArns: readonly string[];
  readonly shown: TargetGroup;
}

/** Every target group of the region with its tags. */
export async function listTargetGroups() {
  const found: FoundTargetGroup[] = [];
  for await (const page of paginateDescribeTargetGroups({ client: elasticLoadBalancing }, {})) {
    found.push(...(page.TargetGroups ?? []).map(shown));
  }
  const tags = await elbTagsOf(found.map(({ arn }) => arn));
  return found.map((group) => ({ ...group, tags: tags.get(group.arn) ?? [] }));
}

/** The cluster's own target groups. */
export async function findTargetGroups(clusterId: string): Promise<FoundTargetGroup[]> {
  return (await listTargetGroups()).filter(
    ({ name, tags }) =>
      name.startsWith(`${shortId(clusterId)}-`) && keyIn(tags, clusterId, 'target-group') !== undefined,
  );
}

/** The target group of this name; undefined when there is none. */
export async function targetGroupNamed(name: string): Promise<FoundTargetGroup | undefined> {
  try {
    const { TargetGroups } = await elasticLoadBalancing.send(new DescribeTargetGroupsCommand({ Names: [name] }));
    return TargetGroups?.[0] && shown(TargetGroups[0]);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export interface TargetPlace {
  readonly vpcId: string;
  /** Those of the API servers. */
  readonly addresses: readonly string[];
}

/** Ensures the group of the API servers' addresses, and returns its ARN. */
export async function ensureTargetGroup(
  cluster: ClusterIdentity,
  balancer: LoadBalancerBlueprint,
  place: TargetPlace,
): Promise<string> {
  const existing = await targetGroupNamed(balancer.targetGroup.name);
  if (existing) await requireTargetGroup(cluster, balancer, place, existing);
  const arn = existing?.arn ?? (await createTargetGroup(cluster, balancer, place.vpcId));
  await settled(
    elasticLoadBalancing.send(
      new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes: attributesFor(balancer) }),
    ),
  );
  return arn;
}

/** A stopping API server closes its connections itself; the balancer cuts those that are left when it must be dead. */
export function attributesFor({ targetGroup }: LoadBalancerBlueprint): TargetGroupAttribute[] {
  const stopSeconds = String(apiServerShutdown(targetGroup).stopSeconds);
  return [
    // A master that reaches itself through the balancer would otherwise see its own address as the client's and hang.
    { Key: 'preserve_client_ip.enabled', Value: 'false' },
    // By default connections are reset as soon as the target fails its checks, which is how a graceful stop begins.
    { Key: 'target_health_state.unhealthy.connection_termination.enabled', Value: 'false' },
    { Key: 'target_health_state.unhealthy.draining_interval_seconds', Value: stopSeconds },
    { Key: 'deregistration_delay.timeout_seconds', Value: stopSeconds },
    { Key: 'deregistration_delay.connection_termination.enabled', Value: 'true' },
  ];
}

async function requireTargetGroup(
  cluster: ClusterIdentity,
  balancer: LoadBalancerBlueprint,
  { vpcId, addresses }: TargetPlace,
  found: FoundTargetGroup,
): Promise<void> {
  const tags = (await elbTagsOf([found.arn])).get(found.arn);
  const strangers = (await targetHealth(found.arn)).filter(({ address }) => !addresses.includes(address));
  requireShape(found.arn, {
    tag: [keyIn(tags, cluster.id, 'target-group'), balancer.key],
    ...Object.fromEntries(
      Object.entries(groupParameters(balancer, vpcId)).map(([name, wanted]) => [
        name,
        [found.shown[name as keyof TargetGroup], wanted] as const,
      ]),
    ),
    'further targets': [strangers.map(({ address }) => address), []],
  });
}

/** What makes the group, in the words in which Elastic Load Balancing shows it, too. */
export const groupParameters = ({ targetGroup }: LoadBalancerBlueprint, vpcId: string) =>
  ({
    VpcId: vpcId,
    Protocol: 'TCP',
    Port: targetGroup.port,
    TargetType: 'ip',
    HealthCheckProtocol: 'HTTPS',
    HealthCheckPath: targetGroup.healthCheckPath,
    HealthCheckIntervalSeconds: targetGroup.healthCheckIntervalSeconds,
    HealthyThresholdCount: targetGroup.healthyThreshold,
    UnhealthyThresholdCount: 2,
  }) as const;

async function createTargetGroup(
  cluster: ClusterIdentity,
  balancer: LoadBalancerBlueprint,
  vpcId: string,
): Promise<string> {
  const { TargetGroups } = await settled(
    elasticLoadBalancing.send(
      new CreateTargetGroupCommand({
        Name: balancer.targetGroup.name,
        ...groupParameters(balancer, vpcId),
        Tags: awsTags(cluster, `target-group/${balancer.key}`),
      }),
    ),
  );
  return idOf(TargetGroups?.[0]?.TargetGroupArn);
}

/** Registers addresses of the VPC; registering one again changes nothing. */
export async function registerAddresses(targetGroupArn: string, addresses: readonly string[]): Promise<void> {
  await settled(
    elasticLoadBalancing.send(
      new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: addresses.map((Id) => ({ Id })) }),
    ),
  );
}

/** Ensures that the balancer passes the port on to the group, and returns the listener's ARN. */
export async function ensureListener(
  cluster: ClusterIdentity,
  balancer: LoadBalancerBlueprint,
  balancerArn: string,
  targetGroupArn: string,
): Promise<string> {
  const found = await listenersOf(balancerArn);
  for (const listener of found)
    requireShape(idOf(listener.ListenerArn), listenerShape(balancer, targetGroupArn, listener));
  const [existing] = found;
  if (existing) return idOf(existing.ListenerArn);
  const { Listeners } = await settled(
    elasticLoadBalancing.send(
      new CreateListenerCommand({
        LoadBalancerArn: balancerArn,
        Protocol: 'TCP',
        Port: balancer.listenerPort,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
        Tags: awsTags(cluster, `listener/${balancer.key}`),
      }),
    ),
  );
  return idOf(Listeners?.[0]?.ListenerArn);
}

/** ARNs of the balancer's listeners with their ports. */
export async function findListeners(balancerArn: string): Promise<{ arn: string; port: number | undefined }[]> {
  return (await listenersOf(balancerArn)).map(({ ListenerArn, Port: port }) => ({ arn: idOf(ListenerArn), port }));
}

async function listenersOf(LoadBalancerArn: string): Promise<Listener[]> {
  const found: Listener[] = [];
  for await (const page of paginateDescribeListeners({ client: elasticLoadBalancing }, { LoadBalancerArn })) {
    found.push(...(page.Listeners ?? []));
  }
  return found;
}

function listenerShape({ listenerPort }: LoadBalancerBlueprint, targetGroupArn: string, found: Listener): Shape {
  return {
    port: [found.Port, listenerPort],
    protocol: [found.Protocol, 'TCP'],
    target: [(found.DefaultActions ?? []).map((action) => action.TargetGroupArn), [targetGroupArn]],
  };
}

/** The health of every registered target: its address, state and AWS's reason. */
export async function targetHealth(targetGroupArn: string) {
  const { TargetHealthDescriptions } = await elasticLoadBalancing.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
  );
  return (TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => ({
    address: Target?.Id ?? '',
    state: TargetHealth?.State ?? '',
    reason: TargetHealth?.Reason ?? '',
  }));
}

/** Deletes the group; waits while a listener still names it. */
export async function removeTargetGroup(arn: string): Promise<void> {
  await removed(arn, elasticLoadBalancing.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn })));
}

function shown(group: TargetGroup): FoundTargetGroup {
  return {
    arn: idOf(group.TargetGroupArn),
    name: idOf(group.TargetGroupName),
    vpcId: group.VpcId,
    loadBalancerArns: group.LoadBalancerArns ?? [],
    shown: group,
  };
}
