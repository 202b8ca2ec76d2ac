import { answered } from '../../shared/operations/answer.ts';
import { describeRun } from '../../shared/operations/describeRun.ts';
import { receiveRunRequest } from '../../shared/operations/runRequest.ts';

/** One run as Step Functions has it: its states, their failures, their times and sizes. */
export const handler = answered(async (event: unknown) => describeRun(receiveRunRequest(event, 'getRun')));
