import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/stepFunctions.ts';

/**
 * The events of an execution after the one of this id, in their order. Step Functions knows no "since", but it begins with
 * the newest where it is asked to: so a look costs as many calls as there are pages of new events, not of all. Its bucket
 * gives 20 calls a second in large Regions (Step Functions developer guide, "Quotas related to API action throttling").
 */
export async function readHistory(executionArn: string, after: number): Promise<readonly HistoryEvent[]> {
  const request = { executionArn, maxResults: maxEvents, reverseOrder: after > 0 };
  const events = new Map<number, HistoryEvent>();
  let nextToken: string | undefined;
  do {
    const page = await stepFunctions.send(new GetExecutionHistoryCommand({ ...request, nextToken }));
    for (const event of page.events ?? []) if (idOf(event) > after) events.set(idOf(event), event);
    const reached = after > 0 && (page.events ?? []).some((event) => idOf(event) <= after + 1);
    nextToken = reached ? undefined : page.nextToken;
  } while (nextToken !== undefined);
  return [...events.values()].sort((one, other) => idOf(one) - idOf(other));
}

/** Of a page, as many as Step Functions gives. */
const maxEvents = 1000;

const idOf = ({ id = 0 }: HistoryEvent): number => id;
