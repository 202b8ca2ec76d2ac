import { isDeepStrictEqual } from 'node:util';
import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';
import { vpcs } from '../ec2/vpcs.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import type { World } from '../world.ts';
import { accessTo, accessToAll, accessToCreate, accessToEc2, elbArn } from './access.ts';
import { elbError, validationError } from './errors.ts';
import { changedHealthCheck, healthCheckInput, newHealthCheck } from './healthChecks.ts';
import { listenersForwardingTo } from './listeners.ts';
import { attributesInput, changedAttributes, shownAttributes } from './loadBalancerAttributes.ts';
import { checkName } from './names.ts';
import { pageOf, pagingInput } from './paging.ts';
import { checkedTags, dropTags, putTags, tagsInput } from './tags.ts';
import { checkTargetGroupAttributes } from './targetGroupAttributes.ts';
import {
  type Protocol,
  type TargetGroupRow,
  targetGroupNotFound,
  targetGroupOf,
  targetGroups,
} from './targetGroups.ts';
import { targets } from './targets.ts';

/** What a new group has; addresses of clients are preserved for instances (source: ELBv2 API reference, TargetGroupAttribute). */
function defaultAttributes(targetType: TargetGroupRow['targetType'], protocol: Protocol): Record<string, string> {
  const common = {
    'deregistration_delay.timeout_seconds': '300',
    'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
    'stickiness.enabled': 'false',
  };
  if (protocol === 'HTTP' || protocol === 'HTTPS') return { ...common, 'slow_start.duration_seconds': '0' };
  return {
    ...common,
    'deregistration_delay.connection_termination.enabled': 'false',
    'preserve_client_ip.enabled': targetType === 'instance' || protocol.includes('UDP') ? 'true' : 'false',
    'proxy_protocol_v2.enabled': 'false',
    'target_health_state.unhealthy.connection_termination.enabled': 'true',
    'target_health_state.unhealthy.draining_interval_seconds': '0',
  };
}

function shownTargetGroup(world: World, row: TargetGroupRow): TargetGroup {
  const { healthCheck } = row;
  const balancers = listenersForwardingTo(world, row.arn).map(({ loadBalancerArn }) => loadBalancerArn);
  return {
    TargetGroupArn: row.arn,
    TargetGroupName: row.name,
    Protocol: row.protocol,
    Port: row.port,
    VpcId: row.vpcId,
    TargetType: row.targetType,
    IpAddressType: 'ipv4',
    LoadBalancerArns: [...new Set(balancers)],
    HealthCheckEnabled: true,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    ...(healthCheck.path === undefined ? {} : { HealthCheckPath: healthCheck.path }),
    ...(healthCheck.httpCodes === undefined ? {} : { Matcher: { HttpCode: healthCheck.httpCodes } }),
  };
}

export const CreateTargetGroup = operation({
  input: z.strictObject({
    Name: z.string(),
    Protocol: z.enum(['TCP', 'UDP', 'TCP_UDP', 'TLS', 'HTTP', 'HTTPS']),
    Port: z.number().int().min(1).max(65535),
    VpcId: z.string(),
    TargetType: z.enum(['instance', 'ip']).default('instance'),
    IpAddressType: z.literal('ipv4').optional(),
    ...healthCheckInput,
    Tags: tagsInput,
  }),
  access: (world, { Name, Tags }) => [
    ...accessToCreate('CreateTargetGroup', elbArn(world, `targetgroup/${Name}/*`), Tags),
    ...accessToEc2(world, 'CreateTargetGroup'),
  ],
  run: (world, { Name, Protocol, Port, VpcId, TargetType, Tags, IpAddressType: _, ...check }) => {
    checkName('Target group', Name);
    const tags = checkedTags(Tags);
    if (!vpcs(world).has(VpcId)) throw validationError(`The VPC ID '${VpcId}' is not found`);
    const wanted = {
      name: Name,
      protocol: Protocol,
      port: Port,
      vpcId: VpcId,
      targetType: TargetType,
      healthCheck: newHealthCheck(Protocol, check),
    };
    const present = [...targetGroups(world).rows()].find((row) => row.name === Name);
    if (present) return { TargetGroups: [shownTargetGroup(world, sameOrDuplicate(present, wanted))] };
    if (targetGroups(world).size >= quotaOf(world, 'L-B22855CB')) {
      throw elbError('TooManyTargetGroups', 'The quota on the number of target groups has been reached');
    }
    const arn = elbArn(world, `targetgroup/${Name}/${world.random.hex(16)}`);
    const row: TargetGroupRow = { arn, ...wanted, attributes: defaultAttributes(TargetType, Protocol) };
    targetGroups(world).put(arn, row);
    putTags(world, arn, tags);
    return { TargetGroups: [shownTargetGroup(world, row)] };
  },
});

/** Creating again with the same settings answers the same group (source: ELBv2 API reference, CreateTargetGroup). */
function sameOrDuplicate(present: TargetGroupRow, wanted: Omit<TargetGroupRow, 'arn' | 'attributes'>): TargetGroupRow {
  const { arn: _, attributes: __, ...settings } = present;
  if (isDeepStrictEqual(settings, wanted)) return present;
  throw elbError(
    'DuplicateTargetGroupName',
    `A target group with the same name '${wanted.name}' exists, but with different settings`,
  );
}

export const DescribeTargetGroups = operation({
  input: z.strictObject({
    TargetGroupArns: z.array(z.string()).optional(),
    Names: z.array(z.string()).optional(),
    LoadBalancerArn: z.string().optional(),
    ...pagingInput,
  }),
  access: () => accessToAll('DescribeTargetGroups'),
  run: (world, { TargetGroupArns, Names, LoadBalancerArn, ...paging }) => {
    const everyOne = [...targetGroups(world).rows()];
    for (const arn of TargetGroupArns ?? []) targetGroupOf(world, arn);
    for (const name of Names ?? []) if (!everyOne.some((row) => row.name === name)) throw targetGroupNotFound(name);
    const serves = ({ arn }: TargetGroupRow) =>
      LoadBalancerArn === undefined ||
      listenersForwardingTo(world, arn).some((listener) => listener.loadBalancerArn === LoadBalancerArn);
    const wanted = everyOne.filter(
      (row) => (TargetGroupArns?.includes(row.arn) ?? true) && (Names?.includes(row.name) ?? true) && serves(row),
    );
    const { rows, nextMarker } = pageOf(wanted, paging, (row) => row.arn);
    return { TargetGroups: rows.map((row) => shownTargetGroup(world, row)), NextMarker: nextMarker };
  },
});

export const ModifyTargetGroup = operation({
  input: z.strictObject({ TargetGroupArn: z.string(), ...healthCheckInput }),
  access: (world, { TargetGroupArn }) => [accessTo(world, 'ModifyTargetGroup', TargetGroupArn)],
  run: (world, { TargetGroupArn, ...check }) => {
    const row = targetGroupOf(world, TargetGroupArn);
    const changed = { ...row, healthCheck: changedHealthCheck(row.healthCheck, check) };
    targetGroups(world).put(TargetGroupArn, changed);
    return { TargetGroups: [shownTargetGroup(world, changed)] };
  },
});

export const DescribeTargetGroupAttributes = operation({
  input: z.strictObject({ TargetGroupArn: z.string() }),
  access: () => accessToAll('DescribeTargetGroupAttributes'),
  run: (world, { TargetGroupArn }) => ({
    Attributes: shownAttributes(targetGroupOf(world, TargetGroupArn).attributes),
  }),
});

export const ModifyTargetGroupAttributes = operation({
  input: z.strictObject({ TargetGroupArn: z.string(), Attributes: attributesInput }),
  access: (world, { TargetGroupArn }) => [accessTo(world, 'ModifyTargetGroupAttributes', TargetGroupArn)],
  run: (world, { TargetGroupArn: arn, Attributes }) => {
    const row = targetGroupOf(world, arn);
    const attributes = changedAttributes(row.attributes, Attributes);
    checkTargetGroupAttributes(attributes);
    targetGroups(world).put(arn, { ...row, attributes });
    return { Attributes: shownAttributes(attributes) };
  },
});

export const DeleteTargetGroup = operation({
  input: z.strictObject({ TargetGroupArn: z.string() }),
  access: (world, { TargetGroupArn }) => [accessTo(world, 'DeleteTargetGroup', TargetGroupArn)],
  run: (world, { TargetGroupArn: arn }) => {
    if (listenersForwardingTo(world, arn).length > 0) {
      throw elbError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
    }
    // Deleting what is gone succeeds: the API lists no other error.
    targetGroups(world).delete(arn);
    targets(world).delete(arn);
    dropTags(world, arn);
    return {};
  },
});
