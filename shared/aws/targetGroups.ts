import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
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
import { Conflict } from '../step/errors.ts';
import { elasticLoadBalancing } from './clients/elasticLoadBalancing.ts';
import { isNotFound, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { elbTagsOf } from './loadBalancers.ts';
import { awsTags, keyIn } from './tags.ts';

export interface FoundTargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly vpcId: string | undefined;
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

/** Ensures the group of the API servers' addresses, and returns its ARN. */
export async function ensureTargetGroup(
  cluster: ClusterIdentity,
  balancer: LoadBalancerBlueprint,
  vpcId: string,
): Promise<string> {
  const existing = await targetGroupNamed(balancer.targetGroup.name);
  if (existing) await requireOurs(cluster, existing, vpcId);
  const arn = existing?.arn ?? (await createTargetGroup(cluster, balancer, vpcId));
  await settled(
    elasticLoadBalancing.send(
      new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes: attributesFor(balancer) }),
    ),
  );
  return arn;
}

/** A stopping API server closes its connections itself; the balancer cuts those that are left when it must be dead. */
function attributesFor({ targetGroup }: LoadBalancerBlueprint): TargetGroupAttribute[] {
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

async function requireOurs(cluster: ClusterIdentity, group: FoundTargetGroup, vpcId: string): Promise<void> {
  const tags = (await elbTagsOf([group.arn])).get(group.arn);
  if (keyIn(tags, cluster.id, 'target-group') !== undefined && group.vpcId === vpcId) return;
  throw new Conflict(
    `A target group ${group.name} exists that is not ${cluster.id}'s. Rename or remove it, then resume.`,
  );
}

async function createTargetGroup(
  cluster: ClusterIdentity,
  { key, targetGroup }: LoadBalancerBlueprint,
  vpcId: string,
): Promise<string> {
  const { TargetGroups } = await settled(
    elasticLoadBalancing.send(
      new CreateTargetGroupCommand({
        Name: targetGroup.name,
        VpcId: vpcId,
        Protocol: 'TCP',
        Port: targetGroup.port,
        TargetType: 'ip',
        HealthCheckProtocol: 'HTTPS',
        HealthCheckPath: targetGroup.healthCheckPath,
        HealthCheckIntervalSeconds: targetGroup.healthCheckIntervalSeconds,
        HealthyThresholdCount: targetGroup.healthyThreshold,
        UnhealthyThresholdCount: 2,
        Tags: awsTags(cluster, `target-group/${key}`),
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
  for await (const page of paginateDescribeListeners(
    { client: elasticLoadBalancing },
    { LoadBalancerArn: balancerArn },
  )) {
    const existing = page.Listeners?.find(({ Port }) => Port === balancer.listenerPort);
    if (existing) return idOf(existing.ListenerArn);
  }
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

function shown({ TargetGroupArn, TargetGroupName, VpcId }: TargetGroup): FoundTargetGroup {
  return { arn: idOf(TargetGroupArn), name: idOf(TargetGroupName), vpcId: VpcId };
}
