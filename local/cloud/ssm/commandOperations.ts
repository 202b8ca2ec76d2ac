import * as z from 'zod';
import { instanceState, instances } from '../ec2/instances.ts';
import { tagsOf } from '../ec2/tags.ts';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { arnOf, nowOf, type World } from '../world.ts';
import { checkedParameters, executionSeconds } from './commandParameters.ts';
import { type Command, commandOf, commands, invocationOf, putInvocation } from './commands.ts';
import { contentOf, documentArn, documentNamed, hashOf, parseDocument, versionNumber } from './documents.ts';
import { documentTags, resourceTags } from './documentTags.ts';
import { endInvocation, scheduleInvocation } from './runCommand.ts';
import { shownCommand } from './shownCommand.ts';

/** Delivery time unless the request says otherwise (source: API reference, SendCommand). */
const defaultDeliverySeconds = 3600;

export const SendCommand = operation({
  input: z.strictObject({
    InstanceIds: z
      .array(z.string().regex(/^i-[0-9a-f]{8,17}$/))
      .min(1)
      .max(50),
    DocumentName: z.string(),
    DocumentVersion: z.string().optional(),
    DocumentHash: z.string().optional(),
    DocumentHashType: z.literal('Sha256').optional(),
    TimeoutSeconds: z.int().min(30).max(2_592_000).optional(),
    Comment: z.string().max(100).optional(),
    Parameters: z.record(z.string(), z.array(z.string())).optional(),
  }),
  access: (world, input) => [
    {
      action: 'ssm:SendCommand',
      resource: documentArn(world, input.DocumentName),
      context: documentTags(world, input.DocumentName),
    },
    ...input.InstanceIds.map((id) => ({
      action: 'ssm:SendCommand',
      resource: arnOf(world, 'ec2', `instance/${id}`),
      context: resourceTags(tagsOf(world, id)),
    })),
  ],
  run: (world, input) => {
    const document = documentNamed(world, input.DocumentName);
    const number = versionNumber(document, input.DocumentVersion);
    const version = contentOf(document, number);
    if (input.DocumentHash !== undefined && input.DocumentHash !== hashOf(version)) {
      throw new AwsError('InvalidDocument', 'The document hash does not match.');
    }
    const content = parseDocument(version);
    const parameters = checkedParameters(content, input.Parameters ?? {});
    refuseUnmanaged(world, input.InstanceIds);

    const command: Command = {
      id: newCommandId(world),
      documentName: document.name,
      documentVersion: String(number),
      parameters,
      instanceIds: input.InstanceIds,
      comment: input.Comment ?? '',
      requestedAt: nowOf(world),
      deliverySeconds: input.TimeoutSeconds ?? defaultDeliverySeconds,
      executionSeconds: executionSeconds(content, parameters),
    };
    commands(world).put(command.id, command);
    for (const instanceId of command.instanceIds) {
      putInvocation(world, {
        commandId: command.id,
        instanceId,
        visibleAt: nowOf(world) + world.delays.of('idVisibility'),
        status: 'Pending',
        statusDetails: 'Pending',
        exitCode: -1,
        standardOutput: '',
        standardError: '',
      });
      scheduleInvocation(world, { commandId: command.id, instanceId });
    }
    return { Command: shownCommand(world, command) };
  },
});

export const CancelCommand = operation({
  input: z.strictObject({ CommandId: z.string(), InstanceIds: z.array(z.string()).optional() }),
  access: () => [{ action: 'ssm:CancelCommand', resource: '*' }],
  run: (world, input) => {
    const command = commandOf(world, input.CommandId);
    for (const instanceId of input.InstanceIds ?? command.instanceIds) {
      const invocation = invocationOf(world, command.id, instanceId);
      if (!invocation) throw new AwsError('InvalidInstanceId', `Instance ${instanceId} is not part of the command.`);
      if (invocation.status === 'Pending' || invocation.status === 'Delayed') {
        const result = { standardOutput: '', standardError: '', exitCode: -1 };
        endInvocation(world, command.id, instanceId, 'Cancelled', 'Cancelled', result);
      } else if (invocation.status === 'InProgress') {
        putInvocation(world, { ...invocation, status: 'Cancelling', statusDetails: 'Cancelling' });
      }
    }
    return {};
  },
});

function refuseUnmanaged(world: World, ids: readonly string[]): void {
  if (new Set(ids).size < ids.length) {
    throw new AwsError('DuplicateInstanceId', 'You cannot specify an instance ID in more than one association.');
  }
  const unfit = ids.filter((id) => {
    const instance = instances(world).get(id);
    return !instance || instanceState(world, instance) !== 'running' || !world.machines.agentOnline(id);
  });
  if (unfit.length === 0) return;
  throw new AwsError(
    'InvalidInstanceId',
    `Instances [[${unfit.join(', ')}]] not in a valid state for account ${world.account}`,
  );
}

function newCommandId(world: World): string {
  const hex = world.random.hex(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
