import type { Context } from 'aws-lambda';
import { answered } from '../../shared/operations/answer.ts';
import { resumeRun } from '../../shared/operations/resumeRun.ts';
import { receiveRunRequest } from '../../shared/operations/runRequest.ts';
import { deploymentOf } from '../../shared/step/deployment.ts';

/** Resumes a failed run where it stopped; a run that AWS no longer redrives continues in a new execution. */
export const handler = answered(async (event: unknown, context: Context) =>
  resumeRun(receiveRunRequest(event, 'resumeRun'), await deploymentOf(context)),
);
