import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../errors.ts';
import { tableOf } from '../world.ts';

/** What was asked under each client request token. */
export const tokens = tableOf<{ readonly request: string; readonly at: number }>('dynamodb.transactionTokens');

/** One reason for each action, in order, as on the SDK's own exception. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Record<string, AttributeValue>;
}

/** A transaction of which nothing took place. */
export class TransactionCanceled extends AwsError {
  readonly CancellationReasons: readonly CancellationReason[];

  constructor(reasons: readonly CancellationReason[]) {
    const codes = reasons.map((reason) => reason.Code).join(', ');
    super(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    );
    this.CancellationReasons = reasons;
  }
}
