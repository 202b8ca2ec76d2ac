import type { Json } from './json.ts';
import { maxHistoryEvents, maxRedrives, redrivableDays } from './limits.ts';
import type { Execution } from './records.ts';

/** Whether an execution may be redriven, in the words of DescribeExecution. */
export interface Redrivability {
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';
  readonly redriveStatusReason?: string;
}

/** An execution as DescribeExecution shows it. */
export type ExecutionDescription = Execution & Redrivability;

/** Whether the execution may be redriven now, and if not why. */
export function redrivability(execution: Execution, events: number, now: number): Redrivability {
  const { status, stopDate = now, redriveCount, mapRunArn } = execution;
  const refused = (redriveStatusReason: string): Redrivability => ({
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason,
  });
  if (status === 'RUNNING') return refused('Execution is RUNNING and cannot be redriven');
  if (status === 'SUCCEEDED') return refused('Execution is SUCCEEDED and cannot be redriven');
  if (now - stopDate > redrivableDays * 86_400_000) return refused(`Execution is older than ${redrivableDays} days`);
  if (events >= maxHistoryEvents - 1) return refused('Execution history size exceeds the maximum');
  if (redriveCount >= maxRedrives) return refused(`Execution was redriven ${maxRedrives} times`);
  return mapRunArn === undefined ? { redriveStatus: 'REDRIVABLE' } : { redriveStatus: 'REDRIVABLE_BY_MAP_RUN' };
}

/** What `.sync` hands on about a child: DescribeExecution in Pascal case, with its input and output as text, or as JSON for `.sync:2`. */
export function describeAsResult(child: Execution, asJson: boolean): Json {
  const payload = (text: string): Json => (asJson ? (JSON.parse(text) as Json) : text);
  const isRedrivable = child.status !== 'SUCCEEDED';
  return {
    ...(child.cause !== undefined && { Cause: child.cause }),
    ...(child.error !== undefined && { Error: child.error }),
    ExecutionArn: child.executionArn,
    Input: payload(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    ...(child.output !== undefined && { Output: payload(child.output), OutputDetails: { Included: true } }),
    RedriveCount: child.redriveCount,
    RedriveStatus: isRedrivable ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(!isRedrivable && { RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }),
    StartDate: child.startDate,
    StateMachineArn: child.stateMachineArn,
    Status: child.status,
    ...(child.stopDate !== undefined && { StopDate: child.stopDate }),
  };
}
