import { executionArn } from '../arns.ts';
import type { TaskState } from '../definition/definition.ts';
import { describeAsResult } from '../description.ts';
import { StepFunctionsError } from '../failures.ts';
import { isObject, type Json } from '../json.ts';
import { uuid } from '../random.ts';
import type { Execution, TaskPhase } from '../records.ts';
import type { Resource } from '../resource.ts';
import { startExecution } from '../starting.ts';
import { guarded } from '../transitions.ts';
import type { Step } from '../turn.ts';
import { answered, resourceOf } from './taskAnswer.ts';
import { emitSubmitted } from './taskEvents.ts';

/** Names the child execution. The name is made safe before the child is started, so that a new process adopts it instead of starting another. */
export function chooseChildName(step: Step): void {
  const { turn } = step;
  const phase = step.strand.phase as TaskPhase;
  const parameters = isObject(phase.arguments) ? phase.arguments : {};
  const childName = typeof parameters.Name === 'string' ? parameters.Name : uuid(turn.run.engine.options.random);
  step.update({ phase: { ...phase, childName } });
}

/** Starts the child that the phase names, or finds it started already, and notifies the strand. */
export async function launch(step: Step, resource: Resource): Promise<void> {
  const { turn, id, strand } = step;
  const { run } = turn;
  const { childName, arguments: parameters, roleArn } = strand.phase as TaskPhase;
  const { StateMachineArn, Input } = isObject(parameters) ? parameters : {};
  const stateMachineArn = String(StateMachineArn ?? '');
  const waits = resource.pattern === 'sync' || resource.pattern === 'sync:2';
  const reference = { executionArn: strand.executionArn, strand: id, step: strand.step };
  try {
    const name = childName ?? '';
    run.engine.options.authorizeChild?.({
      roleArn: roleArn ?? turn.execution.roleArn,
      startedByMachine: turn.execution.stateMachineArn,
      stateMachineArn,
      executionArn: executionArn(stateMachineArn, name),
      waits,
    });
    const child = await startExecution(run.engine, {
      stateMachineArn,
      name,
      input: textOf(Input),
      ...(waits && { waitedForBy: reference }),
      startedBy: reference,
    });
    // The parent may have been stopped in the meantime; then nobody would ever stop the child.
    if (waits && run.strands().get(id)?.status === 'ABORTED') run.engine.abort(child.executionArn);
    run.post(
      id,
      guarded((parent) => childStarted(parent, child)),
      strand.step,
    );
  } catch (error) {
    const failure = failureOfStart(error);
    run.post(
      id,
      guarded((parent) => answered(parent, { failure })),
      strand.step,
    );
  }
}

/** Ends the attempt of a `.sync` task once its child execution has ended. A task with a token waits for that instead. */
export async function childSettled(step: Step): Promise<void> {
  const { childArn, token } = step.strand.phase as TaskPhase;
  if (childArn === undefined || token !== undefined) return;
  const child = step.turn.run.engine.execution(childArn);
  if (child.status === 'RUNNING') return;
  const { pattern } = resourceOf(step.state as TaskState);
  const result = describeAsResult(child, pattern === 'sync:2');
  if (child.status === 'SUCCEEDED') await answered(step, { output: result });
  else await answered(step, { failure: { error: 'States.TaskFailed', cause: JSON.stringify(result) } });
}

async function childStarted(step: Step, child: Execution): Promise<void> {
  const resource = resourceOf(step.state as TaskState);
  const requestId = uuid(step.turn.run.engine.options.random);
  const output: Json = {
    ExecutionArn: child.executionArn,
    SdkHttpMetadata: { HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
    StartDate: child.startDate,
  };
  if (resource.pattern === 'requestResponse') return answered(step, { output });
  emitSubmitted(step, resource, output);
  const phase = step.strand.phase as TaskPhase;
  if (phase.answer !== undefined) return answered(step, phase.answer);
  step.update({ phase: { ...phase, name: 'submitted', childArn: child.executionArn } });
  step.turn.afterwards(() => step.turn.run.continue(step.id));
}

/** Text is taken for JSON; an absent or null input is an empty object (observed). */
function textOf(input: Json | undefined): string {
  if (input === undefined || input === null) return '{}';
  return typeof input === 'string' ? input : JSON.stringify(input);
}

function failureOfStart(error: unknown) {
  const { name, message } = error as Error;
  // Errors that StartExecution does not list, such as refusals, come under the name of the whole service.
  const isListed = error instanceof StepFunctionsError;
  return {
    error: isListed ? `StepFunctions.${name}Exception` : 'StepFunctions.AWSStepFunctionsException',
    cause: `${message} (Service: AWSStepFunctions; Status Code: 400; Error Code: ${name})`,
  };
}
