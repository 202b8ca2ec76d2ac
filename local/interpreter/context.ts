import { stateMachineName } from './arns.ts';
import type { Json, JsonObject } from './json.ts';
import type { Execution, MapItem, Strand } from './records.ts';

/** What the context says about the present state. */
export interface ContextOfState {
  /** Only states that may have a Retry count (observed: a Pass sees no RetryCount). */
  readonly isRetryable: boolean;
  /** The execution's input. */
  readonly input: Json;
  readonly item?: MapItem | undefined;
  readonly taskToken?: string | undefined;
}

/** The context object, $states.context: the position of the execution. */
export function contextObject(execution: Execution, strand: Strand, visible: ContextOfState): JsonObject {
  const { isRetryable, input, item, taskToken } = visible;
  return {
    Execution: {
      Id: execution.executionArn,
      Input: input,
      Name: execution.name,
      RoleArn: execution.roleArn,
      StartTime: isoTime(execution.startDate),
      RedriveCount: execution.redriveCount,
      ...(execution.redriveDate !== undefined && { RedriveTime: isoTime(execution.redriveDate) }),
    },
    StateMachine: { Id: execution.stateMachineArn, Name: stateMachineName(execution.stateMachineArn) },
    State: {
      Name: strand.state,
      EnteredTime: isoTime(strand.enteredAt),
      ...(isRetryable && { RetryCount: retryCount(strand) }),
    },
    ...(item !== undefined && { Map: { Item: { Index: item.index, Value: item.value } } }),
    ...(taskToken !== undefined && { Task: { Token: taskToken } }),
  };
}

/** How often the present state was tried again. */
export function retryCount(strand: Strand): number {
  return strand.retries.reduce((sum, attempts) => sum + attempts, 0);
}

/** A time as Step Functions writes it. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
