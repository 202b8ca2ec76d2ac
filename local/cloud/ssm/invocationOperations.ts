import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { type Command, commandOf, commands, type Invocation, invocationOf, invocationsOf } from './commands.ts';
import { pageOf } from './paging.ts';
import { shownCommand } from './shownCommand.ts';

/** How much of its output a command keeps (source: API reference, GetCommandInvocation and CommandPlugin). */
const outputCharacters = 24_000;
const errorCharacters = 8_000;
const pluginCharacters = 2_500;

export const GetCommandInvocation = operation({
  input: z.strictObject({ CommandId: z.string(), InstanceId: z.string(), PluginName: z.string().optional() }),
  access: () => [{ action: 'ssm:GetCommandInvocation', resource: '*' }],
  run: (world, input) => {
    const invocation = invocationOf(world, input.CommandId, input.InstanceId);
    if (!invocation || invocation.visibleAt > nowOf(world)) {
      throw new AwsError(
        'InvocationDoesNotExist',
        'The command ID and managed node ID you specified did not match any invocations.',
      );
    }
    const command = commandOf(world, input.CommandId);
    return {
      CommandId: command.id,
      InstanceId: invocation.instanceId,
      Comment: command.comment,
      DocumentName: command.documentName,
      DocumentVersion: command.documentVersion,
      PluginName: 'aws:runShellScript',
      ResponseCode: invocation.exitCode,
      ExecutionStartDateTime: timeText(invocation.startedAt),
      ExecutionElapsedTime: elapsedText(invocation),
      ExecutionEndDateTime: timeText(invocation.endedAt),
      Status: invocation.status,
      StatusDetails: invocation.statusDetails,
      StandardOutputContent: invocation.standardOutput.slice(0, outputCharacters),
      StandardOutputUrl: '',
      StandardErrorContent: invocation.standardError.slice(0, errorCharacters),
      StandardErrorUrl: '',
    };
  },
});

const listInput = {
  CommandId: z.string().optional(),
  InstanceId: z.string().optional(),
  MaxResults: z.int().min(1).max(50).optional(),
  NextToken: z.string().optional(),
};

export const ListCommands = operation({
  input: z.strictObject(listInput),
  access: () => [{ action: 'ssm:ListCommands', resource: '*' }],
  run: (world, input) => {
    const { entries, nextToken } = pageOf(
      commandsFor(world, input).toSorted((one, other) => other.requestedAt - one.requestedAt),
      input,
    );
    return {
      Commands: entries.map((command) => shownCommand(world, command)),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
});

export const ListCommandInvocations = operation({
  input: z.strictObject({ ...listInput, Details: z.boolean().optional() }),
  access: () => [{ action: 'ssm:ListCommandInvocations', resource: '*' }],
  run: (world, input) => {
    const all = commandsFor(world, input).flatMap((command) =>
      invocationsOf(world, command)
        .filter((invocation) => input.InstanceId === undefined || invocation.instanceId === input.InstanceId)
        .map((invocation) => shownInvocation(command, invocation, input.Details ?? false)),
    );
    const { entries, nextToken } = pageOf(all, input);
    return { CommandInvocations: entries, ...(nextToken !== undefined && { NextToken: nextToken }) };
  },
});

function commandsFor(
  world: World,
  { CommandId, InstanceId }: { readonly CommandId?: string | undefined; readonly InstanceId?: string | undefined },
): readonly Command[] {
  const some = CommandId === undefined ? [...commands(world).rows()] : [commandOf(world, CommandId)];
  return InstanceId === undefined ? some : some.filter((command) => command.instanceIds.includes(InstanceId));
}

function shownInvocation(command: Command, invocation: Invocation, withDetails: boolean) {
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    RequestedDateTime: new Date(command.requestedAt),
    Status: invocation.status,
    StatusDetails: invocation.statusDetails,
    CommandPlugins: withDetails
      ? [
          {
            Name: 'aws:runShellScript',
            Status: invocation.status,
            StatusDetails: invocation.statusDetails,
            ResponseCode: invocation.exitCode,
            Output: invocation.standardOutput.slice(0, pluginCharacters),
            ...(invocation.startedAt !== undefined && { ResponseStartDateTime: new Date(invocation.startedAt) }),
            ...(invocation.endedAt !== undefined && { ResponseFinishDateTime: new Date(invocation.endedAt) }),
          },
        ]
      : [],
  };
}

function timeText(time: number | undefined): string {
  return time === undefined ? '' : new Date(time).toISOString();
}

/** ISO 8601, as `PT2.5S`. */
function elapsedText({ startedAt, endedAt }: Invocation): string {
  return startedAt === undefined || endedAt === undefined ? '' : `PT${(endedAt - startedAt) / 1000}S`;
}
