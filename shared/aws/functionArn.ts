import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { sts } from '../clients/sts.ts';

/** The ARN of a function that runs outside of Lambda: in the account whose credentials it has, which anybody may ask. */
export async function functionArnHere(functionName: string): Promise<string> {
  const [{ Account, Arn = '' }, region] = await Promise.all([
    sts.send(new GetCallerIdentityCommand({})),
    sts.config.region(),
  ]);
  const [, partition] = Arn.split(':');
  return `arn:${partition}:lambda:${region}:${Account}:function:${functionName}`;
}
