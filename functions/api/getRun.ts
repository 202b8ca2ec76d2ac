import { answered } from '../../shared/operations/answer.ts';
import { describeRun } from '../../shared/operations/describeRun.ts';
import { receiveDescribeRequest } from '../../shared/operations/runRequest.ts';

/** One run as Step Functions has it: its states, their failures, their times and sizes. */
export const handler = answered(async (event: unknown) => describeRun(receiveDescribeRequest(event)));
