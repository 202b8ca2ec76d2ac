import { arnBase } from '../arns.ts';
import { retryCount } from '../context.ts';
import type { TaskState } from '../definition/definition.ts';
import { evaluateField, evaluateFieldAs, placeOf } from '../evaluation.ts';
import { type Failure, failureOf, StateFailed } from '../failures.ts';
import type { Json } from '../json.ts';
import { evaluationFailed } from '../jsonata/evaluate.ts';
import { exceedsPayloadLimit } from '../limits.ts';
import type { TaskAnswer, TaskPhase } from '../records.ts';
import { parseResource, type Resource, startsExecution } from '../resource.ts';
import { createTaskToken } from '../taskToken.ts';
import { dataLimitExceeded, fail, guarded, leaveWithResult } from '../transitions.ts';
import type { Step } from '../turn.ts';
import { startChildExecution } from './startExecution.ts';
import { emitFailed, emitScheduled, emitStarted, emitSubmitted, emitSucceeded, emitTimedOut } from './taskEvents.ts';

/** Evaluates what the task is to be given and schedules an attempt. */
export async function attemptTask(step: Step, state: TaskState): Promise<void> {
  const { turn, id, strand } = step;
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
  step.begin(phase);
  turn.afterwards(() => turn.run.post(id, guarded(startTask)));
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
  turn.afterwards(() => watchDeadlines(step));
  if (startsExecution(resource)) startChildExecution(step, resource);
  else turn.afterwards(() => carryOut(step, resource));
}

/** Sets the timers of the attempt, which its phase remembers. */
export function watchDeadlines({ turn, id, strand }: Step): void {
  const { timeoutAt, heartbeatAt } = strand.phase as TaskPhase;
  if (timeoutAt !== undefined)
    turn.run.wakeAt(
      id,
      timeoutAt,
      guarded((late) => timeOut(late)),
    );
  if (heartbeatAt !== undefined)
    turn.run.wakeAt(
      id,
      heartbeatAt,
      guarded((late) => missHeartbeat(late)),
    );
}

/** The attempt's handler has answered: that is the result, or with a token only the submission. */
export async function taskSettled(step: Step, answer: TaskAnswer): Promise<void> {
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

/** Ends the attempt with its result or its failure. */
export async function answered(step: Step, answer: TaskAnswer): Promise<void> {
  const resource = resourceOf(step.state as TaskState);
  const checked = withinLimit(resource, answer);
  if ('failure' in checked) {
    emitFailed(step, resource, checked.failure);
    return fail(step, checked.failure);
  }
  emitSucceeded(step, resource, checked.output);
  step.before = step.strand.lastEventId;
  await leaveWithResult(step, checked.output);
}

/** Moves the heartbeat's deadline. */
export function beat(step: Step): void {
  const phase = step.strand.phase as TaskPhase;
  if (phase.heartbeatSeconds === undefined) return;
  step.update({ phase: { ...phase, heartbeatAt: step.turn.now + phase.heartbeatSeconds * 1000 } });
}

/** What the state's Resource names; the validation of definitions lets no unknown one pass. */
export function resourceOf(state: TaskState): Resource {
  const resource = parseResource(state.Resource);
  if (resource === undefined)
    throw new StateFailed({ error: 'States.Runtime', cause: `The resource ${state.Resource} is not supported.` });
  return resource;
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

function withinLimit(resource: Resource, answer: TaskAnswer): TaskAnswer {
  if ('failure' in answer || !exceedsPayloadLimit(answer.output as Json)) return answer;
  const what = resource.kind === 'lambdaFunction' ? resource.arn : resource.resourceType;
  return { failure: dataLimitExceeded(what, { literalOnly: false }).failure };
}
