import * as z from 'zod';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { accessToAll } from './access.ts';
import { impairedSince } from './capacityFaults.ts';
import { describeInput, describeRows } from './describe.ts';
import type { FilterFields } from './filters.ts';
import { checkStatus } from './instanceChecks.ts';
import { type InstanceRow, instanceExists, instanceState, instances, stateCodes } from './instances.ts';
import { networkInterfaces } from './networkInterfaces.ts';
import { ipName } from './privateDnsNames.ts';
import { shownReservations, shownState } from './shownInstance.ts';

const fields: FilterFields<InstanceRow> = {
  'instance-id': (instance) => instance.instanceId,
  'instance-type': (instance) => instance.instanceType,
  'instance-state-name': (instance, world) => instanceState(world, instance),
  'instance-state-code': (instance, world) => stateCodes[instanceState(world, instance)],
  'instance-lifecycle': (instance) => (instance.market === 'spot' ? 'spot' : undefined),
  'availability-zone': (instance) => instance.zone,
  'availability-zone-id': (instance, world) => world.zones.find(({ name }) => name === instance.zone)?.id,
  'image-id': (instance) => instance.imageId,
  architecture: (instance) => instance.architecture,
  'client-token': (instance) => instance.clientToken,
  'reservation-id': (instance) => instance.reservationId,
  'owner-id': (_, world) => world.account,
  'vpc-id': (instance, world) => whileAttached(world, instance)?.vpcId,
  'subnet-id': (instance, world) => whileAttached(world, instance)?.subnetId,
  'private-ip-address': (instance, world) => whileAttached(world, instance)?.privateIpAddress,
  'private-dns-name': (instance, world) => {
    const primary = whileAttached(world, instance);
    return primary && ipName(world, primary.privateIpAddress);
  },
  'instance.group-id': (instance, world) => whileAttached(world, instance)?.groupIds,
  'network-interface.network-interface-id': (instance, world) => whileAttached(world, instance)?.networkInterfaceId,
  'iam-instance-profile.arn': (instance) => instance.instanceProfile?.arn,
  'iam-instance-profile.id': (instance) => instance.instanceProfile?.id,
  'metadata-options.http-tokens': (instance) => instance.metadata.HttpTokens,
};

/** The primary interface until the instance is terminated. */
function whileAttached(world: World, instance: InstanceRow) {
  const row = networkInterfaces(world).get(instance.primaryInterfaceId);
  return row?.attachment?.instanceId === instance.instanceId ? row : undefined;
}

const describeInstancesInput = z.strictObject({ ...describeInput, InstanceIds: z.array(z.string()).optional() });

export const DescribeInstances = operation({
  input: describeInstancesInput,
  access: (world) => accessToAll(world, 'DescribeInstances'),
  run: (world, request) => {
    const { rows, nextToken } = describedInstances(world, 'DescribeInstances', request, fields);
    return { Reservations: shownReservations(world, rows), NextToken: nextToken };
  },
});

const statusFields: FilterFields<InstanceRow> = {
  'availability-zone': (instance) => instance.zone,
  'instance-state-name': (instance, world) => instanceState(world, instance),
  'instance-status.status': (instance, world) => checkStatus(world, instance),
  'system-status.status': (instance, world) => checkStatus(world, instance),
};

export const DescribeInstanceStatus = operation({
  input: describeInstancesInput.extend({ IncludeAllInstances: z.boolean().default(false) }),
  access: (world) => accessToAll(world, 'DescribeInstanceStatus'),
  run: (world, { IncludeAllInstances, ...request }) => {
    const { rows, nextToken } = describedInstances(world, 'DescribeInstanceStatus', request, statusFields);
    const shown = rows.filter((row) => IncludeAllInstances || instanceState(world, row) === 'running');
    return { InstanceStatuses: shown.map((row) => shownStatus(world, row)), NextToken: nextToken };
  },
});

function describedInstances(
  world: World,
  name: string,
  request: z.infer<typeof describeInstancesInput>,
  named: FilterFields<InstanceRow>,
) {
  return describeRows(world, {
    operation: name,
    type: 'instance',
    table: instances(world),
    ids: request.InstanceIds,
    request,
    fields: named,
    idOf: (instance) => instance.instanceId,
    shown: (instance) => instanceExists(world, instance),
  });
}

function shownStatus(world: World, instance: InstanceRow) {
  const status = checkStatus(world, instance);
  const detail = { ok: 'passed', impaired: 'failed', initializing: 'initializing', 'not-applicable': undefined }[
    status
  ];
  const impaired = impairedSince(world, instance);
  const summary = {
    Status: status,
    Details: detail
      ? [
          {
            Name: 'reachability',
            Status: detail,
            ...(impaired === undefined ? {} : { ImpairedSince: new Date(impaired) }),
          },
        ]
      : [],
  };
  return {
    InstanceId: instance.instanceId,
    AvailabilityZone: instance.zone,
    InstanceState: shownState(world, instance),
    InstanceStatus: summary,
    SystemStatus: summary,
    Events: [],
  };
}
