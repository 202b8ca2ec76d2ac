import { stateMachineName } from './arns.ts';
import type { Json, JsonObject } from './json.ts';
import type { Execution, MapItem, Strand } from './records.ts';

/** The context object, $states.context: where the execution stands. */
export function contextObject(
  execution: Execution,
  strand: Strand,
  item: MapItem | undefined,
  taskToken?: string,
): JsonObject {
  return {
    Execution: {
      Id: execution.executionArn,
      Input: JSON.parse(execution.input) as Json,
      Name: execution.name,
      RoleArn: execution.roleArn,
      StartTime: isoTime(execution.startDate),
      RedriveCount: execution.redriveCount,
      ...(execution.redriveDate !== undefined && { RedriveTime: isoTime(execution.redriveDate) }),
    },
    StateMachine: { Id: execution.stateMachineArn, Name: stateMachineName(execution.stateMachineArn) },
    State: { Name: strand.state, EnteredTime: isoTime(strand.enteredAt), RetryCount: retryCount(strand) },
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
