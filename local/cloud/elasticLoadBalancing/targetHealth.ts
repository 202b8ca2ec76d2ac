import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { instanceState, instances } from '../ec2/instances.ts';
import { interfacesOfInstance, networkInterfaces } from '../ec2/networkInterfaces.ts';
import { holderOf } from '../ec2/privateAddresses.ts';
import { canReach } from '../ec2/reachability.ts';
import { nowOf, type World } from '../world.ts';
import { listenersForwardingTo } from './listeners.ts';
import { type LoadBalancerRow, loadBalancers } from './loadBalancers.ts';
import type { TargetGroupRow } from './targetGroups.ts';
import type { TargetRow } from './targets.ts';

/**
 * The state of a target now. Nothing is remembered: health follows from when the target was registered, when its balancer
 * became active, since when its machine serves, and whether groups and routes let the balancer's nodes through.
 */
export function targetHealth(world: World, group: TargetGroupRow, target: TargetRow): TargetHealth {
  const balancer = balancerOf(world, group.arn);
  if (!balancer) {
    return unused('Target.NotInUse', 'Target group is not configured to receive traffic from the load balancer');
  }
  if (target.drainedAt !== undefined) {
    return {
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    };
  }
  const address = addressOf(world, group, target);
  if (address === undefined) return unused('Target.InvalidState', 'Target is in the stopped state');
  if (!balancer.nodes.some((node) => servesZone(group, balancer, node.zone, zoneOf(world, group, target)))) {
    return unused('Target.NotInUse', 'Target is in an Availability Zone that is not enabled for the load balancer');
  }
  return checkedHealth(world, { group, target, balancer, address });
}

interface Checked {
  readonly group: TargetGroupRow;
  readonly target: TargetRow;
  readonly balancer: LoadBalancerRow;
  readonly address: string;
}

function checkedHealth(world: World, checked: Checked): TargetHealth {
  const { group, target, balancer } = checked;
  const { intervalSeconds, healthyThreshold, unhealthyThreshold } = group.healthCheck;
  const now = nowOf(world);
  const knownAt = Math.max(target.registeredAt, balancer.activeAt);
  const firstCheckAt = knownAt + world.delays.of('targetFirstCheck');
  if (now < firstCheckAt) {
    return initial('Elb.RegistrationInProgress', 'Target registration is in progress');
  }
  const failedAt = firstCheckAt + unhealthyThreshold * intervalSeconds * 1000;
  const since = servingSince(world, checked);
  if (since === undefined) return now < failedAt ? initialChecks : failedChecks;
  const passedAt = since + healthyThreshold * intervalSeconds * 1000;
  const healthyAt = Math.max(passedAt, knownAt + world.delays.of('targetHealthy'));
  if (now >= healthyAt) return { State: 'healthy' };
  return since <= failedAt ? initialChecks : failedChecks;
}

const initial = (Reason: 'Elb.RegistrationInProgress' | 'Elb.InitialHealthChecking', Description: string) =>
  ({ State: 'initial', Reason, Description }) as const;
const initialChecks = initial('Elb.InitialHealthChecking', 'Initial health checks in progress');
const failedChecks: TargetHealth = {
  State: 'unhealthy',
  Reason: 'Target.FailedHealthChecks',
  Description: 'Health checks failed',
};

function unused(Reason: 'Target.NotInUse' | 'Target.InvalidState', Description: string): TargetHealth {
  return { State: 'unused', Reason, Description };
}

/** Since when the machine answers this check, if a node of the balancer gets through to it. */
function servingSince(world: World, { group, target, balancer, address }: Checked): number | undefined {
  const { protocol, path, port: checkedPort } = group.healthCheck;
  const port = checkedPort === 'traffic-port' ? target.port : Number(checkedPort);
  const zone = zoneOf(world, group, target);
  const isReached = balancer.nodes
    .filter((node) => servesZone(group, balancer, node.zone, zone))
    .map((node) => canReach(world, { from: node.networkInterfaceId, to: { address, protocol: 'tcp', port } }))
    .some(({ reachable }) => reachable);
  if (!isReached) return undefined;
  return world.machines.servingSince({
    vpcId: group.vpcId,
    address,
    port,
    protocol,
    ...(path !== undefined && { path }),
  });
}

/** A group is used by at most one balancer; which one, its listeners say. */
function balancerOf(world: World, targetGroupArn: string): LoadBalancerRow | undefined {
  const [listener] = listenersForwardingTo(world, targetGroupArn);
  return listener && loadBalancers(world).get(listener.loadBalancerArn);
}

/** The address that a target is checked at; none for an instance that does not run. */
export function addressOf(world: World, group: TargetGroupRow, target: TargetRow): string | undefined {
  if (group.targetType === 'ip') return target.id;
  const instance = instances(world).get(target.id);
  if (!instance || instanceState(world, instance) !== 'running') return undefined;
  return interfacesOfInstance(world, target.id)[0]?.privateIpAddress;
}

function zoneOf(world: World, group: TargetGroupRow, target: TargetRow): string | undefined {
  if (target.zone !== undefined) return target.zone;
  const holder = group.targetType === 'ip' ? holderOf(world, group.vpcId, target.id) : undefined;
  const row = holder === undefined ? interfacesOfInstance(world, target.id)[0] : networkInterfaces(world).get(holder);
  return row?.zone;
}

/** Without cross-zone balancing a node serves the targets of its own zone only. The group may decide for itself. */
function servesZone(
  group: TargetGroupRow,
  balancer: LoadBalancerRow,
  nodeZone: string,
  targetZone: string | undefined,
): boolean {
  if (targetZone === undefined || targetZone === 'all' || targetZone === nodeZone) return true;
  const own = group.attributes[crossZone];
  return (own === 'true' || own === 'false' ? own : balancer.attributes[crossZone]) === 'true';
}

const crossZone = 'load_balancing.cross_zone.enabled';
