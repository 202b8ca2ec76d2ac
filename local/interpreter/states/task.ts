import { arnBase } from '../arns.ts';
import { retryCount } from '../context.ts';
import type { TaskState } from '../definition/definition.ts';
import { evaluateField, evaluateFieldAs, placeOf } from '../evaluation.ts';
import { type Failure, failureOf } from '../failures.ts';
import { evaluationFailed } from '../jsonata/evaluate.ts';
import type { Strand, TaskAnswer, TaskPhase } from '../records.ts';
import { type Resource, startsExecution } from '../resource.ts';
import type { Action, ExecutionRun } from '../run.ts';
import { createTaskToken } from '../taskToken.ts';
import { fail, guarded } from '../transitions.ts';
import type { Step } from '../turn.ts';
import { chooseChildName, launch } from './startExecution.ts';
import { answered, resourceOf } from './taskAnswer.ts';
import { emitScheduled, emitStarted, emitSubmitted, emitTimedOut } from './taskEvents.ts';

/** Evaluates what the task is to be given and schedules an attempt. */
export async function attemptTask(step: Step, state: TaskState): Promise<void> {
  const { turn, strand, id } = step;
  const resource = resourceOf(state);
  const reference = { executionArn: strand.executionArn, strand: id, step: strand.step + 2 };
  const taskToken =
    resource.pattern === 'waitForTaskToken' ? createTaskToken(reference, turn.run.engine.options.random) : undefined;
  const visible = taskToken === undefined ? {} : { taskToken };

  const parameters =
    state.Arguments === undefined ? strand.input : await evaluateField(step, state.Arguments, 'Arguments', visible);
  const timeoutSeconds = await seconds(step, state.TimeoutSeconds, 'TimeoutSeconds');
  const heartbeatSeconds = await seconds(step, state.HeartbeatSeconds, 'HeartbeatSeconds');
  const roleArn = state.Credentials?.RoleArn;
  const phase: TaskPhase = {
    name: 'scheduled',
    arguments: parameters,
    ...(taskToken !== undefined && { token: taskToken }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
    ...(roleArn !== undefined && {
      roleArn: String(await evaluateFieldAs('string', step, roleArn, 'Credentials/RoleArn')),
    }),
  };
  emitScheduled(step, resource, phase, arnBase(strand.executionArn).region);
  step.continueIn(phase);
}

/** Hands the attempt to the handler that carries it out. */
export function startTask(step: Step): void {
  const { turn } = step;
  const resource = resourceOf(step.state as TaskState);
  const scheduled = step.strand.phase as TaskPhase;
  emitStarted(step, resource);
  step.begin({
    ...scheduled,
    name: 'running',
    ...(scheduled.timeoutSeconds !== undefined && { timeoutAt: turn.now + scheduled.timeoutSeconds * 1000 }),
    ...(scheduled.heartbeatSeconds !== undefined && { heartbeatAt: turn.now + scheduled.heartbeatSeconds * 1000 }),
  });
  turn.afterwards(() => watchDeadlines(turn.run, step.strand));
  if (startsExecution(resource)) {
    chooseChildName(step);
    turn.afterwards(() => turn.run.continue(step.id));
  } else {
    turn.afterwards(() => carryOut(step, resource));
  }
}

/** Starts the child execution, or finds it again. Of any other handler nobody knows how far it came in a process that died: the attempt has failed, and the state's Retry decides. */
export async function continueRunning(step: Step): Promise<void> {
  const resource = resourceOf(step.state as TaskState);
  if (startsExecution(resource)) {
    step.turn.afterwards(() => void launch(step, resource));
    return;
  }
  const error = resource.resourceType === 'lambda' ? 'Lambda.Unknown' : 'Task.Unknown';
  await taskSettled(step, {
    failure: { error, cause: 'The process that carried out the task ended before it answered.' },
  });
}

/** Sets the timers of an attempt, which its phase remembers; other phases have none. */
export function watchDeadlines(run: ExecutionRun, { id, phase }: Strand): void {
  const { timeoutAt, heartbeatAt } = phase as Partial<TaskPhase>;
  const wakeAt = (at: number, late: Action) => run.wakeAt(id, at, guarded(late));
  if (timeoutAt !== undefined) wakeAt(timeoutAt, (step) => timeOut(step));
  if (heartbeatAt !== undefined) wakeAt(heartbeatAt, missHeartbeat);
}

/** The attempt's handler has answered: that is the result, or with a token only the submission. */
async function taskSettled(step: Step, answer: TaskAnswer): Promise<void> {
  const resource = resourceOf(step.state as TaskState);
  const phase = step.strand.phase as TaskPhase;
  if (phase.token === undefined) return answered(step, answer);
  if ('output' in answer) emitSubmitted(step, resource, answer.output);
  // A token that was answered while its handler still ran counts, however the handler ended.
  if (phase.answer !== undefined) return answered(step, phase.answer);
  if ('failure' in answer) return answered(step, answer);
  step.update({ phase: { ...phase, name: 'submitted' } });
}

/** Somebody has answered the token. */
export async function tokenAnswered(step: Step, answer: TaskAnswer): Promise<void> {
  const phase = step.strand.phase as TaskPhase;
  if (phase.name === 'submitted') return answered(step, answer);
  step.update({ phase: { ...phase, answer } });
}

/** Moves the heartbeat's deadline. */
export function beat(step: Step): void {
  const phase = step.strand.phase as TaskPhase;
  if (phase.heartbeatSeconds === undefined) return;
  step.update({ phase: { ...phase, heartbeatAt: step.turn.now + phase.heartbeatSeconds * 1000 } });
}

function carryOut({ turn, id, strand }: Step, resource: Resource): void {
  const { run } = turn;
  const phase = strand.phase as TaskPhase;
  const { signal, settled } = run.interest(id);
  const settle = (answer: TaskAnswer) => {
    settled();
    run.post(
      id,
      guarded((step) => taskSettled(step, answer)),
      strand.step,
    );
  };
  run.engine.options.tasks
    .carryOut({
      resource,
      arguments: phase.arguments,
      ...(phase.token !== undefined && { taskToken: phase.token }),
      executionArn: strand.executionArn,
      stateMachineArn: turn.execution.stateMachineArn,
      stateName: strand.state,
      roleArn: phase.roleArn ?? turn.execution.roleArn,
      retryCount: retryCount(strand),
      redriveCount: turn.execution.redriveCount,
      signal,
    })
    .then(
      (output) => settle({ output: output ?? null }),
      (error: unknown) => settle({ failure: failureOf(error) }),
    );
}

async function timeOut(step: Step, alias?: string): Promise<void> {
  const failure: Failure = { error: 'States.Timeout', ...(alias !== undefined && { alias }) };
  emitTimedOut(step, resourceOf(step.state as TaskState), failure);
  await fail(step, failure);
}

async function missHeartbeat(step: Step): Promise<void> {
  const { heartbeatAt } = step.strand.phase as TaskPhase;
  if (heartbeatAt === undefined || heartbeatAt <= step.turn.now) return timeOut(step, 'States.HeartbeatTimeout');
  const { turn, id } = step;
  turn.afterwards(() =>
    turn.run.wakeAt(
      id,
      heartbeatAt,
      guarded((late) => missHeartbeat(late)),
    ),
  );
}

async function seconds(step: Step, field: number | string | undefined, name: string): Promise<number | undefined> {
  if (field === undefined) return undefined;
  const value = await evaluateField(step, field, name);
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw evaluationFailed(
    placeOf(step),
    `The field '${name}' must be a positive integer but was: ${JSON.stringify(value)}`,
    name,
  );
}
