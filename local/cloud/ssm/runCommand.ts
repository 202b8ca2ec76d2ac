import { nowOf, tableOf, type World } from '../world.ts';
import {
  type Command,
  commands,
  hasEnded,
  type Invocation,
  invocationOf,
  putInvocation,
  statusOf,
} from './commands.ts';

export const startKind = 'ssm.startInvocation';
export const eventKind = 'ssm.statusChange';

/** Which commands an agent runs now, by instance. */
export const running = tableOf<readonly string[]>('ssm.running');

export interface InvocationName {
  readonly commandId: string;
  readonly instanceId: string;
}

/** Sends an invocation on its way to the machine. */
export function scheduleInvocation(world: World, name: InvocationName): void {
  world.jobs.schedule(startKind, world.delays.of('commandStarts'), name);
}

/** Ends an invocation that has not ended yet; later news of it is dropped. */
export function endInvocation(
  world: World,
  commandId: string,
  instanceId: string,
  status: 'Success' | 'Failed' | 'TimedOut' | 'Cancelled',
  statusDetails: string,
  result: { readonly standardOutput: string; readonly standardError: string; readonly exitCode: number },
): void {
  running(world).put(
    instanceId,
    (running(world).get(instanceId) ?? []).filter((one) => one !== commandId),
  );
  const command = commands(world).get(commandId);
  const invocation = invocationOf(world, commandId, instanceId);
  if (!command || !invocation || hasEnded(invocation)) return;
  const cancelled = invocation.status === 'Cancelling';
  change(world, command, {
    ...invocation,
    status: cancelled ? 'Cancelled' : status,
    statusDetails: cancelled ? 'Cancelled' : statusDetails,
    endedAt: nowOf(world),
    exitCode: result.exitCode,
    standardOutput: result.standardOutput,
    standardError: result.standardError,
  });
}

export interface StatusChange {
  readonly commandId: string;
  /** Missing where the command as a whole changed. */
  readonly instanceId?: string;
  readonly status: string;
}

/** Keeps an invocation's new state and sends its events, and the command's where its own status follows. */
export function change(world: World, command: Command, invocation: Invocation): void {
  const before = statusOf(world, command);
  putInvocation(world, invocation);
  const { commandId, instanceId, status } = invocation;
  const delay = world.delays.of('commandEvent');
  world.jobs.schedule(eventKind, delay, { commandId, instanceId, status } satisfies StatusChange);
  const after = statusOf(world, command);
  if (after !== before) world.jobs.schedule(eventKind, delay, { commandId, status: after } satisfies StatusChange);
}
