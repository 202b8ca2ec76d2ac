import type { TaskState } from '../definition/definition.ts';
import { StateFailed } from '../failures.ts';
import type { Json } from '../json.ts';
import { exceedsPayloadLimit } from '../limits.ts';
import type { TaskAnswer } from '../records.ts';
import { parseResource, type Resource } from '../resource.ts';
import { dataLimitExceeded, fail, leaveWithResult } from '../transitions.ts';
import type { Step } from '../turn.ts';
import { emitFailed, emitSucceeded } from './taskEvents.ts';

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

/** What the state's Resource names; the validation of definitions lets no unknown one pass. */
export function resourceOf(state: TaskState): Resource {
  const resource = parseResource(state.Resource);
  if (resource === undefined)
    throw new StateFailed({ error: 'States.Runtime', cause: `The resource ${state.Resource} is not supported.` });
  return resource;
}

function withinLimit(resource: Resource, answer: TaskAnswer): TaskAnswer {
  if ('failure' in answer || !exceedsPayloadLimit(answer.output as Json)) return answer;
  const what = resource.kind === 'lambdaFunction' ? resource.arn : resource.resourceType;
  return { failure: dataLimitExceeded(what, { literalOnly: false }).failure };
}
