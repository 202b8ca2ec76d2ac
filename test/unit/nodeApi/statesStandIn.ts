import * as z from 'zod';
import { operation, type Service } from '../../../local/cloud/operation.ts';

/** A task token that somebody has completed. */
export interface CompletedToken {
  readonly taskToken: string;
  readonly outcome: 'success' | 'failure';
}

/** Step Functions as far as reports reach it: tokens are written down. */
export function statesStandIn(tokens: CompletedToken[]): Service {
  const completes = (outcome: 'success' | 'failure') =>
    operation({
      input: z.looseObject({ taskToken: z.string() }),
      access: () => [
        { action: outcome === 'success' ? 'states:SendTaskSuccess' : 'states:SendTaskFailure', resource: '*' },
      ],
      run: (_world, { taskToken }) => {
        tokens.push({ taskToken, outcome });
        return {};
      },
    });
  return {
    name: 'states',
    operations: { SendTaskSuccess: completes('success'), SendTaskFailure: completes('failure') },
    errors: {
      missingParameter: 'ValidationException',
      invalidParameter: 'ValidationException',
      accessDenied: 'AccessDeniedException',
      throttled: 'ThrottlingException',
    },
    latencyOf: () => 10,
  };
}
