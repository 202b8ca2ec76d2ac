import type { Component } from '../../../shared/machine/components.ts';
import { type NodeVerb, verbs } from '../../../shared/machine/verbs.ts';
import { sleep, type Timer } from '../../clock/clock.ts';
import type { CommandResult, MachineCommand } from '../../cloud/machinePort.ts';
import { nowOf } from '../../cloud/world.ts';
import {
  applied,
  type FinishedVerb,
  finishedVerbs,
  machineOfBoot,
  machines,
  persistentVolumes,
} from './machineRows.ts';
import { bundleOf, fetchAsset, type MachineContext, report } from './nodeApi.ts';
import { type AskedVerb, acceptedVerb } from './refusals.ts';
import { takeSnapshot } from './snapshot.ts';
import { stage, switchTo, verify } from './switching.ts';

/** How often, and how long apart, a machine reports what nobody has heard yet: the node script's own patience. */
const maxReportTries = 60;
const retryMilliseconds = 5000;

/** Runs a verb of the node script: safe to repeat, ends by reporting the operation that it was sent for. */
export async function runVerb(
  context: MachineContext,
  { parameters, timeoutSeconds }: Pick<MachineCommand, 'parameters' | 'timeoutSeconds'>,
): Promise<CommandResult> {
  const { world } = context.cloud;
  const [verb = ''] = parameters['Verb'] ?? [];
  const [fence = ''] = parameters['Fence'] ?? [];
  const [operationId = ''] = parameters['OperationId'] ?? [];
  const name = `${context.machine.instanceId}/${operationId}`;
  const known = finishedVerbs(world).get(name);
  const stopHeartbeats = known ? () => undefined : startHeartbeats(context, operationId);
  const finished = known ?? (await attempt(context, { verb, fence, given: argumentsIn(parameters) }, operationId));
  stopHeartbeats();
  if (!machineOfBoot(world, context.machine)) return { ...cutOffCommand, status: 'Failed' };
  if (!known) finishedVerbs(world).put(name, finished);
  const cutOff = await reportUntilHeard(context, { operationId, ...finished }, nowOf(world) + timeoutSeconds * 1000);
  if (cutOff) return { ...cutOffCommand, status: cutOff };
  return finished.outcome === 'done'
    ? { status: 'Success', exitCode: 0, standardOutput: JSON.stringify(finished.result), standardError: '' }
    : { status: 'Failed', exitCode: 1, standardOutput: '', standardError: finished.message };
}

/** What Systems Manager shows of a command whose machine or time ended before it. */
const cutOffCommand = { exitCode: -1, standardOutput: '', standardError: '' };

const heartbeatMilliseconds = 30_000;

/** Reports at once, and again until stopped, that the operation runs: the node script's heartbeat. Returns what stops it. */
function startHeartbeats(context: MachineContext, operationId: string): () => void {
  const { clock } = context.cloud.world;
  let next: Timer | undefined;
  let isStopped = false;
  const beat = async (): Promise<void> => {
    if (!machineOfBoot(context.cloud.world, context.machine)) return;
    // As the node script: the next one may be heard.
    await report(context, { operationId, outcome: 'running' }).catch(() => undefined);
    if (!isStopped) next = clock.at(clock.now() + heartbeatMilliseconds, () => void beat());
  };
  void beat();
  return () => {
    isStopped = true;
    next?.cancel();
  };
}

type Arguments = Readonly<Record<string, string>>;

/** Lines `NAME=value` in base64. */
const argumentsIn = (parameters: MachineCommand['parameters']): Arguments =>
  Object.fromEntries(
    Buffer.from(parameters['Arguments']?.[0] ?? '', 'base64')
      .toString()
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

async function attempt(context: MachineContext, asked: AskedVerb, operationId: string): Promise<FinishedVerb> {
  const { given } = asked;
  try {
    const verb = acceptedVerb(context, asked);
    if (verb === 'validate') await awaitNodes(context, Number(given['nodes']));
    if (verb.startsWith('apply-')) await fetchAsset(context, { name: 'the manifest', sha256: given['manifest'] ?? '' });
    const asksTheApi = verbs[verb].on === 'control-plane';
    if (asksTheApi && machineNow(context).apiSince === undefined)
      throw new Error('the API server of this machine does not answer');
    return { outcome: 'done', result: await performed[verb](context, given, operationId) };
  } catch (error) {
    return { outcome: 'failed', message: (error as Error).message };
  }
}

type Answer = Readonly<Record<string, string | number | boolean>>;

const machineNow = ({ cloud, machine }: MachineContext) => machines(cloud.world).get(machine.instanceId) ?? machine;

const performed: Readonly<
  Record<NodeVerb, (context: MachineContext, given: Arguments, operationId: string) => Answer | Promise<Answer>>
> = {
  'apply-overlay': (context) => apply(context, 'overlay'),
  'apply-addons': (context) => apply(context, 'addons'),
  validate,
  'list-retained': listRetained,
  snapshot: (context, _, operationId) => takeSnapshot(context, operationId),
  stage: (context, { bundle = '' }) => stage(context, bundle),
  switch: (context, { component = '', bundle = '' }) => switchTo(context, component as Component, bundle),
  verify,
};

function apply(context: MachineContext, what: 'overlay' | 'addons'): Answer {
  const { world } = context.cloud;
  applied(world).put(`${bundleOf(context).cluster.id}/${what}`, { at: nowOf(world) });
  return { applied: true };
}

/** Reports until it is heard, as the node script does. Answers how the verb ended where something else ended it first. */
async function reportUntilHeard(
  context: MachineContext,
  body: object,
  deadline: number,
): Promise<'TimedOut' | 'Failed' | undefined> {
  const { world } = context.cloud;
  for (let tries = 0; tries < maxReportTries; tries += 1) {
    try {
      await report(context, body);
      return undefined;
    } catch {
      await sleep(world.clock, Math.min(retryMilliseconds, deadline - nowOf(world)));
    }
    if (!machineOfBoot(world, context.machine)) return 'Failed';
    if (nowOf(world) >= deadline) return 'TimedOut';
  }
  return undefined;
}

/** How long, and how often, the node script looks whether every node is ready. */
const nodesWithinMilliseconds = 600_000;
const lookAgainMilliseconds = 2000;

async function awaitNodes(context: MachineContext, nodes: number): Promise<void> {
  const { world } = context.cloud;
  const deadline = nowOf(world) + nodesWithinMilliseconds;
  while (Number(validate(context)['readyNodes']) < nodes) {
    if (nowOf(world) >= deadline || !machineOfBoot(world, context.machine))
      throw new Error(`not within 600 s: ready_nodes_are ${nodes}`);
    await sleep(world.clock, lookAgainMilliseconds);
  }
}

/** Ids that one text of the answer holds, as in the node script. */
const idsPerText = 40;

/** Which EBS volumes outlive their claims. */
function listRetained(context: MachineContext): Answer {
  const { world } = context.cloud;
  const { id } = bundleOf(context).cluster;
  const retained = [...persistentVolumes(world).rows()]
    .filter(({ clusterId, reclaimPolicy }) => clusterId === id && reclaimPolicy === 'Retain')
    .map(({ volumeId }) => volumeId);
  const texts: Record<string, string> = {};
  for (let first = 0; first < retained.length; first += idsPerText)
    texts[`volumes${first / idsPerText + 1}`] = retained.slice(first, first + idsPerText).join(' ');
  return { listedAt: Math.floor(nowOf(world) / 1000), retained: retained.length, ...texts };
}

/** What the cluster says of itself: its members, its API servers, its nodes. */
function validate(context: MachineContext): Answer {
  const { cloud } = context;
  const { cluster } = bundleOf(context);
  const members = [...machines(cloud.world).rows()].filter(
    (machine) => machine.bundle !== undefined && bundleOf({ cloud, machine }).cluster.id === cluster.id,
  );
  return {
    etcdMembers: members.filter((row) => row.etcdSince !== undefined).length,
    apiServers: members.filter((row) => row.apiSince !== undefined).length,
    readyNodes: members.filter((row) => row.nodeReadySince !== undefined).length,
    kubernetesVersion: cluster.kubernetesVersion,
  };
}
