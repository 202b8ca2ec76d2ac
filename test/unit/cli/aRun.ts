import type { RunDescription } from '../../../shared/operations/describeRun.ts';
import type { StateView } from '../../../shared/operations/runView.ts';

/** Seconds after the run's beginning, as the API writes times. */
export const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 23) + seconds * 1000).toISOString();

/** A state that ran from one second to another; without an end it is running. */
export function aState(name: string, from: number, to: number | undefined, more: Partial<StateView> = {}): StateView {
  return {
    name,
    type: 'Task',
    status: to === undefined ? 'running' : 'succeeded',
    branch: 0,
    enteredAt: at(from),
    ...(to !== undefined && { exitedAt: at(to) }),
    failures: [],
    inputBytes: 2,
    ...more,
  };
}

/** A run of a creation with these states. */
export function aRun(states: readonly StateView[], more: Partial<RunDescription> = {}): RunDescription {
  return {
    run: {
      runId: 'create-first',
      operation: 'createCluster',
      clusterName: 'demo',
      clusterId: 'demo-bcdfg',
      generation: 1,
      planHash: 'abc',
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:kubestep-dev-createCluster:demo-create-first',
      requestedBy: 'arn:aws:iam::123456789012:user/operator',
      requestedAt: at(0),
    },
    status: 'RUNNING',
    startedAt: at(0),
    redrives: 0,
    view: { states, transitions: states.length, events: 5 * states.length },
    ...more,
  };
}
