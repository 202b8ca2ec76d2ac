import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { accessTo } from './access.ts';
import { impairedSince, remainingCapacity, takeCapacity } from './capacityFaults.ts';
import { announceState, instanceRunningJob, stopInstance, terminateInstance } from './instanceLifecycle.ts';
import { type InstanceRow, incorrectInstanceState, instanceOf, instanceState, updateInstance } from './instances.ts';
import { instanceTypeOf } from './instanceTypes.ts';
import { insufficientCapacity } from './launch.ts';
import { requestLimitExceeded, roomInBucket, takeFromBucket, terminatedInstances } from './resourceBuckets.ts';
import { shownState } from './shownInstance.ts';
import { countVcpus, roomInVcpuQuota, vcpuLimitExceeded } from './vcpuQuota.ts';

/** Source: EC2 API reference, TerminateInstances: up to 1,000 ids a request. */
const instanceIds = z.array(z.string()).min(1).max(1000);

export const TerminateInstances = operation({
  input: z.strictObject({
    InstanceIds: instanceIds,
    SkipOsShutdown: z.boolean().optional(),
    Force: z.boolean().optional(),
  }),
  access: (world, { InstanceIds }) => accessToInstances(world, 'TerminateInstances', InstanceIds),
  run: (world, { InstanceIds, SkipOsShutdown = false, Force = false }) => {
    const rows = InstanceIds.map((id) => instanceOf(world, id));
    for (const { instanceId, terminationProtected } of rows) {
      if (!terminationProtected) continue;
      throw new AwsError(
        'OperationNotPermitted',
        `The instance '${instanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      );
    }
    const alive = rows.filter(({ terminating }) => !terminating);
    if (roomInBucket(world, terminatedInstances) < alive.length) throw requestLimitExceeded();
    takeFromBucket(world, terminatedInstances, alive.length);
    const message = 'Client.UserInitiatedShutdown: User initiated shutdown';
    const reason = { code: 'Client.UserInitiatedShutdown', message };
    const changes = changedStates(world, rows, (row) =>
      terminateInstance(world, row, { reason, skipOsShutdown: SkipOsShutdown, force: Force }),
    );
    return { TerminatingInstances: changes };
  },
});

export const StopInstances = operation({
  input: z.strictObject({ InstanceIds: instanceIds, Force: z.boolean().default(false) }),
  access: (world, { InstanceIds }) => accessToInstances(world, 'StopInstances', InstanceIds),
  run: (world, { InstanceIds, Force }) => {
    const rows = InstanceIds.map((id) => instanceOf(world, id));
    for (const row of rows) {
      if (row.market === 'spot') {
        throw new AwsError(
          'UnsupportedOperation',
          `You can't stop the Spot Instance '${row.instanceId}' because it is associated with a one-time Spot Instance request.`,
        );
      }
      const state = instanceState(world, row);
      if (!['running', 'stopping', 'stopped'].includes(state)) throw incorrectInstanceState(row.instanceId, 'stopped');
    }
    const changes = changedStates(world, rows, (row) => {
      if (instanceState(world, row) === 'running') stopInstance(world, row, Force);
    });
    return { StoppingInstances: changes };
  },
});

export const StartInstances = operation({
  input: z.strictObject({ InstanceIds: instanceIds }),
  access: (world, { InstanceIds }) => accessToInstances(world, 'StartInstances', InstanceIds),
  run: (world, { InstanceIds }) => {
    const rows = InstanceIds.map((id) => instanceOf(world, id));
    const stopped = rows.filter((row) => instanceState(world, row) === 'stopped');
    for (const row of rows) {
      const state = instanceState(world, row);
      if (!['stopped', 'pending', 'running'].includes(state)) throw incorrectInstanceState(row.instanceId, 'started');
    }
    checkRoom(world, stopped);
    const changes = changedStates(world, rows, (row) => {
      if (instanceState(world, row) === 'stopped') startInstance(world, row);
    });
    return { StartingInstances: changes };
  },
});

export const RebootInstances = operation({
  input: z.strictObject({ InstanceIds: instanceIds }),
  access: (world, { InstanceIds }) => accessToInstances(world, 'RebootInstances', InstanceIds),
  run: (world, { InstanceIds }) => {
    const rows = InstanceIds.map((id) => instanceOf(world, id));
    for (const row of rows) {
      if (instanceState(world, row) !== 'running') throw incorrectInstanceState(row.instanceId, 'rebooted');
    }
    for (const row of rows) if (impairedSince(world, row) === undefined) world.machines.reboot(row.instanceId);
    return {};
  },
});

const accessToInstances = (world: World, action: string, ids: readonly string[]) =>
  ids.map((id) => accessTo(world, action, instanceOf(world, id).instanceId));

function changedStates(world: World, rows: readonly InstanceRow[], change: (row: InstanceRow) => void) {
  return rows.map((row) => {
    const PreviousState = shownState(world, row);
    change(row);
    return {
      InstanceId: row.instanceId,
      PreviousState,
      CurrentState: shownState(world, instanceOf(world, row.instanceId)),
    };
  });
}

/** Starting needs capacity and quota as launching does. */
function checkRoom(world: World, stopped: readonly InstanceRow[]): void {
  for (const { zone, instanceType, market } of stopped) {
    const alike = stopped.filter((other) => other.zone === zone && other.instanceType === instanceType).length;
    const type = instanceTypeOf(instanceType);
    if (type && roomInVcpuQuota(world, market, type) < alike) throw vcpuLimitExceeded(world, market, type);
    if (remainingCapacity(world, zone, instanceType) < alike) throw insufficientCapacity(world, zone, instanceType);
  }
}

function startInstance(world: World, row: InstanceRow): void {
  const now = nowOf(world);
  const delay = world.delays.of('instanceRunning');
  takeCapacity(world, row.zone, row.instanceType, 1);
  const started = updateInstance(world, row.instanceId, {
    startedAt: now,
    runningAt: now + delay,
    stopping: undefined,
    stateReason: undefined,
  });
  countVcpus(world, started);
  announceState(world, row.instanceId, 'pending');
  world.jobs.schedule(instanceRunningJob, delay, { instanceId: row.instanceId, startedAt: now });
}
