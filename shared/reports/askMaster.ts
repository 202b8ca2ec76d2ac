import { connectedAgents, operationIdOf, sendVerb } from '../aws/commands.ts';
import type { Plan } from '../blueprint/plan.ts';
import { NotReady } from '../errors.ts';
import { malformedArguments, type NodeVerb, type VerbArguments, verbs } from '../machine/verbs.ts';
import { listSlots, readSlot } from '../store/machines.ts';
import { awaitReports, isOver, type WaitingState } from './awaitReports.ts';
import { endWait } from './completeWaits.ts';

/** A state that waits for the report of a verb. */
export interface AskingState extends WaitingState {
  readonly plan: Plan;
}

/** Whom to ask, and until when; without it, any master whose agent answers, for as long as the state tries. */
export interface Asked {
  readonly instanceId: string;
  /** How long the state waits before it continues without an answer. */
  readonly patienceSeconds: number;
  /** What the state then ends with. */
  readonly unanswered: object;
}

/** Has a master run a verb; its report completes the state's token. A retry is another operation and asks another master. */
export async function askMaster<Verb extends NodeVerb>(
  { plan, ...waiting }: AskingState,
  verb: Verb,
  given: VerbArguments<Verb>,
  asked?: Asked,
): Promise<void> {
  const instanceId = asked?.instanceId ?? (await masterToAsk(plan, waiting.attempt));
  await ask({ plan, ...waiting }, instanceId, verb, given, asked);
}

/**
 * Has the machine of a slot run a verb; its report completes the state's token. Slots are asked side by side: the branch of the run
 * keeps their operations and waits apart.
 */
export async function askSlot<Verb extends NodeVerb>(
  asking: Omit<AskingState, 'slot'> & { readonly slot: string },
  verb: Verb,
  given: VerbArguments<Verb>,
): Promise<void> {
  const { run, slot } = asking;
  const { instanceId } = await readSlot(run.clusterId, slot);
  if (instanceId === undefined) throw new NotReady(`Slot ${slot} of ${run.clusterId} has no machine`);
  const branch = [slot, ...('component' in given ? [given.component] : [])].join('/');
  await ask({ ...asking, run: { ...run, branch } }, instanceId, verb, given);
}

async function ask<Verb extends NodeVerb>(
  { plan, ...waiting }: AskingState,
  instanceId: string,
  verb: Verb,
  given: VerbArguments<Verb>,
  asked?: Asked,
): Promise<void> {
  const malformed = malformedArguments(verb, given);
  if (malformed.length > 0) throw new RangeError(`Machines would refuse ${verb}: ${malformed.join(', ')} malformed`);

  const { run, state, attempt } = waiting;
  const operationId = operationIdOf(run, state, attempt);
  const wait = await awaitReports(waiting, { operationId, instanceId });
  if (asked && isOver(wait, asked.patienceSeconds)) return endWait(wait, asked.unanswered);
  await sendVerb({
    document: plan.facts.deployment.nodeVerbsDocument,
    instanceId,
    verb,
    operationId,
    fence: run.fence,
    arguments: given,
    timeoutSeconds: verbs[verb].timeoutSeconds,
  });
}

/**
 * A master to ask things of the cluster, of those whose agent answers: one that does not would cost the state its whole
 * timeout. A retry asks the next one, in case this one is the trouble.
 */
export const masterToAsk = (plan: Plan, attempt: number): Promise<string> =>
  machineToAsk(plan, 'controlPlane', attempt);

/** A machine with a member of etcd, chosen in the same way. */
export const memberToAsk = (plan: Plan, attempt: number): Promise<string> => machineToAsk(plan, 'etcd', attempt);

const nameOf = { controlPlane: 'master', etcd: 'member of etcd' } as const;

async function machineToAsk(plan: Plan, component: 'controlPlane' | 'etcd', attempt: number): Promise<string> {
  const { cluster, slots } = plan.blueprint;
  const keys = new Set(slots.filter(({ runs }) => runs[component]).map(({ key }) => key));
  const machines = (await listSlots(cluster.id)).flatMap(({ slotKey, instanceId }) =>
    keys.has(slotKey) && instanceId ? [instanceId] : [],
  );
  if (machines.length === 0) throw new NotReady(`No ${nameOf[component]} of ${cluster.id} was launched yet`);

  const connected = await connectedAgents(machines);
  const answering = machines.filter((instanceId) => connected.has(instanceId));
  const chosen = answering[attempt % answering.length];
  if (chosen === undefined) {
    throw new NotReady(`The Systems Manager agent of no ${nameOf[component]} is connected: ${machines.join(', ')}`);
  }
  return chosen;
}
