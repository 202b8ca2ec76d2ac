import { answered } from '../../shared/operations/answer.ts';
import { receiveRunRequest } from '../../shared/operations/runRequest.ts';
import { stopRun } from '../../shared/operations/stopRun.ts';

/** Stops a run between two steps. The cluster stays locked, so that the run can be resumed. */
export const handler = answered(async (event: unknown) => stopRun(receiveRunRequest(event, 'stopRun')));
