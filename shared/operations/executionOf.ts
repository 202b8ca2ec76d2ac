import { DescribeExecutionCommand, type DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/stepFunctions.ts';

/** The execution as Step Functions has it; undefined where it was never started. */
export async function executionOf(executionArn: string): Promise<DescribeExecutionCommandOutput | undefined> {
  try {
    return await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return undefined;
    throw error;
  }
}

/** Whether the execution has not ended, or begins again. */
export const isAtWork = ({ status }: DescribeExecutionCommandOutput): boolean =>
  status === 'RUNNING' || status === 'PENDING_REDRIVE';
