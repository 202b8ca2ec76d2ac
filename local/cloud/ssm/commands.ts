import { AwsError } from '../errors.ts';
import { nowOf, tableOf, type World } from '../world.ts';

/** A command as it was sent. What became of it on each machine is in its invocations. */
export interface Command {
  readonly id: string;
  readonly documentName: string;
  readonly documentVersion: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly instanceIds: readonly string[];
  readonly comment: string;
  readonly requestedAt: number;
  /** How long the agents have to fetch it. */
  readonly deliverySeconds: number;
  readonly executionSeconds: number;
}

export type InvocationStatus =
  | 'Pending'
  | 'InProgress'
  | 'Delayed'
  | 'Success'
  | 'Cancelled'
  | 'TimedOut'
  | 'Failed'
  | 'Cancelling';

/** A command on one machine. */
export interface Invocation {
  readonly commandId: string;
  readonly instanceId: string;
  /** Before this moment AWS answers InvocationDoesNotExist. */
  readonly visibleAt: number;
  readonly status: InvocationStatus;
  readonly statusDetails: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly exitCode: number;
  readonly standardOutput: string;
  readonly standardError: string;
}

export const commands = tableOf<Command>('ssm.commands');
export const invocations = tableOf<Invocation>('ssm.invocations');

/** The command of this id, or AWS's InvalidCommandId. */
export function commandOf(world: World, commandId: string): Command {
  const command = commands(world).get(commandId);
  if (!command) throw new AwsError('InvalidCommandId', 'The specified command ID is not valid.');
  return command;
}

/** The invocation, whether or not it can be seen yet. */
export function invocationOf(world: World, commandId: string, instanceId: string): Invocation | undefined {
  return invocations(world).get(`${commandId}/${instanceId}`);
}

export function putInvocation(world: World, invocation: Invocation): void {
  invocations(world).put(`${invocation.commandId}/${invocation.instanceId}`, invocation);
}

/** A command's invocations that can be seen by now, in the order of its instances. */
export function invocationsOf(world: World, command: Command): readonly Invocation[] {
  return command.instanceIds.flatMap((id) => {
    const invocation = invocationOf(world, command.id, id);
    return invocation && invocation.visibleAt <= nowOf(world) ? invocation : [];
  });
}

export function hasEnded({ status }: Invocation): boolean {
  return status === 'Success' || status === 'Cancelled' || status === 'TimedOut' || status === 'Failed';
}

/** A command's own status: running while any invocation runs, then the worst of theirs. */
export function statusOf(world: World, command: Command): InvocationStatus {
  const all = command.instanceIds.flatMap((id) => invocationOf(world, command.id, id)?.status ?? []);
  const by: readonly InvocationStatus[] = [
    'Cancelling',
    'InProgress',
    'Delayed',
    'Pending',
    'Failed',
    'TimedOut',
    'Cancelled',
  ];
  return by.find((status) => all.includes(status)) ?? 'Success';
}
