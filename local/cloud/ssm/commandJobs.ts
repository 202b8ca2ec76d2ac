import { arnOf, nowOf, type World } from '../world.ts';
import { commands, hasEnded, invocationOf } from './commands.ts';
import {
  change,
  endInvocation,
  eventKind,
  type InvocationName,
  running,
  type StatusChange,
  startKind,
} from './runCommand.ts';

/** Commands that an agent runs at a time (source: amazon-ssm-agent, `CommandWorkersLimit`). */
const commandsAtATime = 5;

/** How often the model looks whether an agent has come back or has a worker free. */
const lookAgainMilliseconds = 1_000;

/** The model allows the machine this much to report its own timeout before it calls the execution timed out itself. */
const reportingMilliseconds = 30_000;
const expireKind = 'ssm.expireExecution';

/** Says what Systems Manager does by itself. Called once for each world. */
export function defineCommandJobs(world: World): void {
  world.jobs.define(startKind, (name: InvocationName) => startInvocation(world, name));
  world.jobs.define(expireKind, ({ commandId, instanceId }: InvocationName) => {
    const result = { standardOutput: '', standardError: '', exitCode: -1 };
    endInvocation(world, commandId, instanceId, 'TimedOut', 'ExecutionTimedOut', result);
  });
  world.jobs.define(eventKind, (event: StatusChange) => emitStatusChange(world, event));
}

async function startInvocation(world: World, { commandId, instanceId }: InvocationName): Promise<void> {
  const command = commands(world).get(commandId);
  const invocation = invocationOf(world, commandId, instanceId);
  if (!command || !invocation || hasEnded(invocation)) return;

  if (nowOf(world) >= command.requestedAt + command.deliverySeconds * 1000) {
    const result = { standardOutput: '', standardError: '', exitCode: -1 };
    endInvocation(world, commandId, instanceId, 'TimedOut', 'DeliveryTimedOut', result);
    return;
  }
  const workers = (running(world).get(instanceId) ?? []).filter((one) => one !== commandId);
  if (!world.machines.agentOnline(instanceId) || workers.length >= commandsAtATime) {
    if (invocation.status === 'Pending')
      change(world, command, { ...invocation, status: 'Delayed', statusDetails: 'Delayed' });
    world.jobs.schedule(startKind, lookAgainMilliseconds, { commandId, instanceId });
    return;
  }
  running(world).put(instanceId, [...workers, commandId]);
  const startedAt = nowOf(world);
  change(world, command, { ...invocation, status: 'InProgress', statusDetails: 'InProgress', startedAt });
  const expiry = world.jobs.schedule(expireKind, command.executionSeconds * 1000 + reportingMilliseconds, {
    commandId,
    instanceId,
  });
  const result = await world.machines.runCommand({
    commandId,
    instanceId,
    documentName: command.documentName,
    parameters: command.parameters,
    timeoutSeconds: command.executionSeconds,
  });
  world.jobs.cancel(expiry);
  const details = result.status === 'TimedOut' ? 'ExecutionTimedOut' : result.status;
  endInvocation(world, commandId, instanceId, result.status, details, result);
}

function emitStatusChange(world: World, { commandId, instanceId, status }: StatusChange): void {
  const command = commands(world).get(commandId);
  if (!command) return;
  const detail = {
    'command-id': commandId,
    'document-name': command.documentName,
    'requested-date-time': new Date(command.requestedAt).toISOString(),
    status,
  };
  if (instanceId !== undefined) {
    world.events.emit({
      source: 'aws.ssm',
      detailType: 'EC2 Command Invocation Status-change Notification',
      detail: { ...detail, 'instance-id': instanceId },
      resources: [arnOf(world, 'ec2', `instance/${instanceId}`)],
    });
    return;
  }
  world.events.emit({
    source: 'aws.ssm',
    detailType: 'EC2 Command Status-change Notification',
    detail: {
      ...detail,
      'expire-after': new Date(command.requestedAt + command.deliverySeconds * 1000).toISOString(),
      parameters: command.parameters,
    },
    resources: command.instanceIds.map((id) => arnOf(world, 'ec2', `instance/${id}`)),
  });
}
