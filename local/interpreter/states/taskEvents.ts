import type { Failure } from '../failures.ts';
import type { Json } from '../json.ts';
import type { TaskPhase } from '../records.ts';
import type { Resource } from '../resource.ts';
import type { Step } from '../turn.ts';

const whole = { truncated: false };

/** Records that the attempt is due. A Lambda function as Resource has event types of its own; every other integration shares one family. */
export function emitScheduled(step: Step, resource: Resource, phase: TaskPhase, region: string): void {
  const timeout = phase.timeoutSeconds !== undefined && { timeoutInSeconds: phase.timeoutSeconds };
  const credentials = phase.roleArn !== undefined && { taskCredentials: { roleArn: phase.roleArn } };
  const text = JSON.stringify(phase.arguments);
  if (resource.kind === 'lambdaFunction') {
    step.emit('LambdaFunctionScheduled', {
      input: text,
      inputDetails: whole,
      resource: resource.arn,
      ...credentials,
      ...timeout,
    });
    return;
  }
  step.emit('TaskScheduled', {
    ...(phase.heartbeatSeconds !== undefined && { heartbeatInSeconds: phase.heartbeatSeconds }),
    parameters: text,
    region,
    ...namesOf(resource),
    ...credentials,
    ...timeout,
  });
}

/** Records that the attempt was handed to its handler. */
export function emitStarted(step: Step, resource: Resource): void {
  if (resource.kind === 'lambdaFunction') step.emit('LambdaFunctionStarted');
  else step.emit('TaskStarted', namesOf(resource));
}

/** Records what the handler answered, where the token or the child execution decides. */
export function emitSubmitted(step: Step, resource: Resource, output: Json): void {
  step.emit('TaskSubmitted', { output: JSON.stringify(output), outputDetails: whole, ...namesOf(resource) });
}

/** Records the result. */
export function emitSucceeded(step: Step, resource: Resource, output: Json): void {
  emitEnd(step, resource, 'Succeeded', { output: JSON.stringify(output), outputDetails: whole });
}

/** Records the failure. */
export function emitFailed(step: Step, resource: Resource, failure: Failure): void {
  emitEnd(step, resource, 'Failed', detailsOf(failure));
}

/** Records that the time-out or a heartbeat passed. */
export function emitTimedOut(step: Step, resource: Resource, failure: Failure): void {
  emitEnd(step, resource, 'TimedOut', detailsOf(failure));
}

function emitEnd(step: Step, resource: Resource, how: string, details: Readonly<Record<string, unknown>>): void {
  if (resource.kind === 'lambdaFunction') step.emit(`LambdaFunction${how}`, details);
  else step.emit(`Task${how}`, { ...details, ...namesOf(resource) });
}

function detailsOf({ error, cause }: Failure) {
  return { ...(cause !== undefined && { cause }), ...(error !== undefined && { error }) };
}

function namesOf({ resource, resourceType }: Resource) {
  return { resource, resourceType };
}
