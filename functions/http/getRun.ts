import middy from '@middy/core';
import { answerOf } from '../../shared/operations/answer.ts';
import { describeRun } from '../../shared/operations/describeRun.ts';
import { receiveRunRequest } from '../../shared/operations/runRequest.ts';

/** One run as Step Functions has it: its states, their failures, their times and sizes. */
export const handler = middy<unknown, unknown>()
  .use(answerOf)
  .handler(async (event: unknown) => describeRun(receiveRunRequest(event)));
