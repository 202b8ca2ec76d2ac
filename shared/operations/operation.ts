import * as z from 'zod';
import type { DeploymentNames } from '../step/deployment.ts';
import type { RunRecord } from '../store/runs.ts';
import type { HttpEvent } from './httpEvent.ts';
import { type RouteName, requestId } from './routes.ts';

/** What every request for an operation may say. */
export const ofEveryRequest = {
  requestId,
  /** Take the lock from a run that no longer runs. */
  takeOver: z.boolean().default(false),
};

export interface OperationRequest {
  readonly requestId?: string | undefined;
  readonly takeOver: boolean;
}

/** Which cluster a run is of, and the plan that it carries out. */
export type RunSubject = Pick<RunRecord, 'clusterId' | 'planHash' | 'generation'>;

/**
 * Something that people and schedules ask for, named as the state machine that does it. One file an operation; the record of
 * all is operations.ts.
 */
export interface Operation<Request extends OperationRequest> {
  /** The request as the bus and a plain invocation carry it, beside `operation`. */
  readonly request: z.ZodType<Request>;
  /** A request as an example, in JSON. */
  readonly example: string;
  /** The routes that ask for it, and how its request is read off each. IAM has judged method and path, so they say what and of which cluster. */
  readonly routes: Partial<Record<RouteName, (http: HttpEvent) => object>>;
  /** Its runs write nothing that another run writes: they take no lock, and run beside those that hold it. */
  readonly isUnlocked?: true;
  /** The cluster whose lock the run takes. */
  clusterNameOf(request: Request): string;
  /** Answers what asks for no run; undefined for what does. `earlier` is the run that the same request recorded before. */
  answer?(request: Request, earlier: RunRecord | undefined, deployment: DeploymentNames): Promise<object | undefined>;
  /**
   * What the run is about, found out before anything is recorded; or every reason why there is none. `earlier` is the run
   * that the same request recorded before: it is about the same.
   */
  subjectOf(request: Request, earlier: RunRecord | undefined, deployment: DeploymentNames): Promise<RunSubject>;
  /** What the run's record says besides, for its steps. */
  recordOf?(request: Request): Partial<RunRecord>;
  /** What is written once the run is on record, before its lock is taken. */
  recorded?(run: RunRecord): Promise<void>;
}
