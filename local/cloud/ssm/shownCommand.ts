import type { World } from '../world.ts';
import { type Command, invocationOf, statusOf } from './commands.ts';

/** A command as SendCommand and ListCommands answer it. */
export function shownCommand(world: World, command: Command) {
  const all = command.instanceIds.flatMap((id) => invocationOf(world, command.id, id) ?? []);
  const status = statusOf(world, command);
  return {
    CommandId: command.id,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    Comment: command.comment,
    Parameters: Object.fromEntries(Object.entries(command.parameters).map(([name, values]) => [name, [...values]])),
    InstanceIds: [...command.instanceIds],
    Targets: [],
    RequestedDateTime: new Date(command.requestedAt),
    ExpiresAfter: new Date(command.requestedAt + command.deliverySeconds * 1000),
    Status: status,
    StatusDetails: status,
    TimeoutSeconds: command.deliverySeconds,
    TargetCount: command.instanceIds.length,
    CompletedCount: all.filter((one) => one.endedAt !== undefined).length,
    ErrorCount: all.filter((one) => one.status === 'Failed').length,
    DeliveryTimedOutCount: all.filter((one) => one.statusDetails === 'DeliveryTimedOut').length,
  };
}
