import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/stepFunctions.ts';

/** Completes a waiting state with this answer. */
export async function completeToken(taskToken: string, output: unknown): Promise<void> {
  await untilOver(() => stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })));
}

/** Ends this try of a waiting state; its Retry decides whether it looks again. */
export async function failToken(taskToken: string, cause: string): Promise<void> {
  await untilOver(() => stepFunctions.send(new SendTaskFailureCommand({ taskToken, error: 'MachineFailed', cause })));
}

/** Keeps a waiting state from ending for want of a heartbeat; it leaves no trace in the run's history. */
export async function heartbeatToken(taskToken: string): Promise<void> {
  await untilOver(() => stepFunctions.send(new SendTaskHeartbeatCommand({ taskToken })));
}

/** A token that nobody waits for any more is as good as completed: reports come late and twice. */
async function untilOver(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    const over = ['TaskTimedOut', 'InvalidToken', 'TaskDoesNotExist'];
    if (!(error instanceof Error) || !over.includes(error.name)) throw error;
  }
}
