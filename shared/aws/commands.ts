import { createHash } from 'node:crypto';
import { DescribeInstanceInformationCommand, SendCommandCommand } from '@aws-sdk/client-ssm';
import { ssm } from '../clients/ssm.ts';
import { NotReady } from '../errors.ts';
import type { RunContext } from '../runContext.ts';

export interface VerbRequest {
  /** Name of the stack's SSM document. */
  readonly document: string;
  readonly instanceId: string;
  /** One of the document's own (shared/machine/verbs.ts). */
  readonly verb: string;
  readonly operationId: string;
  readonly fence: number;
  /** Looked up by name on the machine, never run. */
  readonly arguments: Readonly<Record<string, string>>;
  /** After this time the agent ends the verb. */
  readonly timeoutSeconds: number;
}

/** Which of these machines, at most fifty, have an agent that answers. */
export async function connectedAgents(instanceIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { InstanceInformationList = [] } = await ssm.send(
    new DescribeInstanceInformationCommand({
      Filters: [
        { Key: 'InstanceIds', Values: [...instanceIds] },
        { Key: 'PingStatus', Values: ['Online'] },
      ],
      MaxResults: 50,
    }),
  );
  return new Set(InstanceInformationList.flatMap(({ InstanceId }) => InstanceId ?? []));
}

/** How long the agent may take to pick the command up; a machine that is off for longer is another state's business. */
const deliverySeconds = 120;

/**
 * Sends a verb to a machine. Run Command has no client token, so it may arrive twice: the machine runs each operation id
 * once and reports the same result again.
 */
export async function sendVerb(request: VerbRequest): Promise<void> {
  const lines = Object.entries(request.arguments).map(([name, value]) => `${name}=${value}\n`);
  try {
    await ssm.send(
      new SendCommandCommand({
        DocumentName: request.document,
        // CloudFormation may leave the default at an older version, which does not know every parameter.
        DocumentVersion: '$LATEST',
        InstanceIds: [request.instanceId],
        TimeoutSeconds: deliverySeconds,
        Parameters: {
          Verb: [request.verb],
          OperationId: [request.operationId],
          Fence: [String(request.fence)],
          Arguments: [Buffer.from(lines.join('')).toString('base64')],
          TimeoutSeconds: [String(request.timeoutSeconds)],
        },
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'InvalidInstanceId') throw error;
    throw new NotReady(`The Systems Manager agent of ${request.instanceId} is not connected yet`);
  }
}

/**
 * The same for the same try of the same state in the same branch of a run, so that a command sent twice is one operation
 * and what runs beside it is another.
 */
export function operationIdOf({ runId, executionArn, branch }: RunContext, state: string, attempt: number): string {
  const named = JSON.stringify([runId, executionArn, branch, state, attempt]);
  return createHash('sha256').update(named).digest('hex').slice(0, 32);
}
