import type { Listener } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import type { World } from '../world.ts';
import { accessTo, accessToAll, accessToTag, elbArn, requestTagKeys } from './access.ts';
import { elbError, validationError } from './errors.ts';
import {
  type ListenerRow,
  listenerOf,
  listeners,
  listenersForwardingTo,
  listenersOf,
  removeListener,
} from './listeners.ts';
import { type LoadBalancerRow, loadBalancerOf } from './loadBalancers.ts';
import { pageOf, pagingInput } from './paging.ts';
import { checkedTags, putTags, tagsInput } from './tags.ts';
import { type Protocol, targetGroupOf } from './targetGroups.ts';

/** Source: ELBv2 API reference, Listener: what a balancer listens for, and the groups that it may forward to. */
const forwardable: Readonly<Record<ListenerRow['protocol'], readonly Protocol[]>> = {
  TCP: ['TCP', 'TCP_UDP'],
  UDP: ['UDP', 'TCP_UDP'],
  TCP_UDP: ['TCP_UDP'],
  HTTP: ['HTTP', 'HTTPS'],
};

/** Only forwarding to one group is modelled. */
const actionsInput = z.array(z.strictObject({ Type: z.literal('forward'), TargetGroupArn: z.string() })).length(1);

const createInput = z.strictObject({
  LoadBalancerArn: z.string(),
  Protocol: z.enum(['TCP', 'UDP', 'TCP_UDP', 'HTTP']),
  Port: z.number().int().min(1).max(65535),
  DefaultActions: actionsInput,
  Tags: tagsInput,
});

function shownListener(row: ListenerRow): Listener {
  return {
    ListenerArn: row.arn,
    LoadBalancerArn: row.loadBalancerArn,
    Protocol: row.protocol,
    Port: row.port,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: row.targetGroupArn }],
  };
}

export const CreateListener = operation({
  input: createInput,
  access: (world, { LoadBalancerArn, Protocol, Tags }) => [
    accessTo(world, 'CreateListener', LoadBalancerArn, {
      ...requestTagKeys(Tags ?? []),
      'elasticloadbalancing:ListenerProtocol': Protocol,
    }),
    ...accessToTag('CreateListener', listenerArn(world, LoadBalancerArn, '*'), Tags),
  ],
  run: (world, { LoadBalancerArn, Protocol, Port, DefaultActions, Tags }) => {
    const balancer = loadBalancerOf(world, LoadBalancerArn);
    const tags = checkedTags(Tags);
    const targetGroupArn = DefaultActions[0]?.TargetGroupArn ?? '';
    checkForwarding(world, balancer, Protocol, targetGroupArn);
    const ofBalancer = listenersOf(world, LoadBalancerArn);
    const present = ofBalancer.find(({ port }) => port === Port);
    if (present && (present.protocol !== Protocol || present.targetGroupArn !== targetGroupArn)) {
      throw elbError('DuplicateListener', 'A listener already exists on this port for this load balancer');
    }
    if (present) return { Listeners: [shownListener(present)] };
    if (ofBalancer.length >= quotaOf(world, 'L-57A373D6')) {
      throw elbError('TooManyListeners', 'The quota on the number of listeners per load balancer has been reached');
    }
    const arn = listenerArn(world, LoadBalancerArn, world.random.hex(16));
    const row: ListenerRow = { arn, loadBalancerArn: LoadBalancerArn, protocol: Protocol, port: Port, targetGroupArn };
    listeners(world).put(arn, row);
    putTags(world, arn, tags);
    return { Listeners: [shownListener(row)] };
  },
});

/** arn:…:listener/net/NAME/BALANCER/LISTENER */
function listenerArn(world: World, loadBalancerArn: string, id: string): string {
  return elbArn(world, `listener/${loadBalancerArn.split(':loadbalancer/')[1]}/${id}`);
}

function checkForwarding(
  world: World,
  balancer: LoadBalancerRow,
  protocol: ListenerRow['protocol'],
  targetGroupArn: string,
): void {
  if ((protocol === 'HTTP') !== (balancer.type === 'application')) {
    throw validationError(`Protocol '${protocol}' is not supported for ${balancer.type} load balancers`);
  }
  const group = targetGroupOf(world, targetGroupArn);
  if (!forwardable[protocol].includes(group.protocol)) {
    throw elbError(
      'IncompatibleProtocols',
      `A ${protocol} listener cannot forward to a ${group.protocol} target group`,
    );
  }
  if (group.vpcId !== balancer.vpcId) {
    throw elbError('InvalidConfigurationRequest', `${targetGroupArn} and the load balancer are in different VPCs`);
  }
  if (listenersForwardingTo(world, targetGroupArn).some((other) => other.loadBalancerArn !== balancer.arn)) {
    throw elbError(
      'TargetGroupAssociationLimit',
      `Target group '${targetGroupArn}' is already associated with another load balancer`,
    );
  }
}

export const DescribeListeners = operation({
  input: z.strictObject({
    LoadBalancerArn: z.string().optional(),
    ListenerArns: z.array(z.string()).optional(),
    ...pagingInput,
  }),
  access: () => accessToAll('DescribeListeners'),
  run: (world, { LoadBalancerArn, ListenerArns, ...paging }) => {
    if ((LoadBalancerArn === undefined) === (ListenerArns === undefined)) {
      throw validationError('Either a load balancer or listeners must be specified');
    }
    const found =
      LoadBalancerArn === undefined
        ? (ListenerArns ?? []).map((arn) => listenerOf(world, arn))
        : listenersOf(world, loadBalancerOf(world, LoadBalancerArn).arn);
    const { rows, nextMarker } = pageOf(found, paging, (row) => row.arn);
    return { Listeners: rows.map(shownListener), NextMarker: nextMarker };
  },
});

/** How long an idle TCP flow is kept, in seconds (source: ELBv2 API reference, ListenerAttribute). */
const idleTimeout = { Key: 'tcp.idle_timeout.seconds', Value: '350' };

/** Nobody can change attributes here: each listener has those that it was made with. */
export const DescribeListenerAttributes = operation({
  input: z.strictObject({ ListenerArn: z.string() }),
  access: () => accessToAll('DescribeListenerAttributes'),
  run: (world, { ListenerArn }) => ({
    Attributes: listenerOf(world, ListenerArn).protocol === 'TCP' ? [idleTimeout] : [],
  }),
});

export const ModifyListener = operation({
  input: z.strictObject({ ListenerArn: z.string(), DefaultActions: actionsInput }),
  access: (world, { ListenerArn }) => [accessTo(world, 'ModifyListener', ListenerArn)],
  run: (world, { ListenerArn, DefaultActions }) => {
    const row = listenerOf(world, ListenerArn);
    const targetGroupArn = DefaultActions[0]?.TargetGroupArn ?? '';
    checkForwarding(world, loadBalancerOf(world, row.loadBalancerArn), row.protocol, targetGroupArn);
    const changed = { ...row, targetGroupArn };
    listeners(world).put(ListenerArn, changed);
    return { Listeners: [shownListener(changed)] };
  },
});

export const DeleteListener = operation({
  input: z.strictObject({ ListenerArn: z.string() }),
  access: (world, { ListenerArn }) => [accessTo(world, 'DeleteListener', ListenerArn)],
  run: (world, { ListenerArn }) => {
    removeListener(world, listenerOf(world, ListenerArn).arn);
    return {};
  },
});
