import { type Component, componentOfFile, componentsIn } from '../../../shared/machine/components.ts';
import { sleep } from '../../clock/clock.ts';
import { nowOf, type World } from '../../cloud/world.ts';
import { requireApiServer, requireQuorum } from './components.ts';
import { brokenContents, type MachineRow, machineOfBoot, machines, powerCuts, updateMachine } from './machineRows.ts';
import { bundleRunning, fetchAssets, fetchBundle, type MachineContext, storedBundle } from './nodeApi.ts';
import { flag, flagsOf } from './unitFlags.ts';

/** Where a crash matters, as the node script marks it: at each a test can cut the power. */
export const points = {
  stage: ['fetched', 'staged'],
  switch: ['journal-written', 'stopped', 'linked', 'started', 'ready'],
} as const;

type Point = {
  readonly [Verb in keyof typeof points]: `${Verb} ${(typeof points)[Verb][number]}`;
}[keyof typeof points];

/** The first boot: what the user data pins is staged, and every component runs by it. */
export async function stageFirst(context: MachineContext): Promise<Partial<MachineRow>> {
  const { cloud, machine } = context;
  const sha256 = machine.bundle ?? '';
  const bundle = storedBundle(cloud, sha256);
  await fetchAssets(context, bundle);
  return { staged: [sha256], current: Object.fromEntries(componentsIn(bundle).map((name) => [name, sha256])) };
}

/** A boot after a switch that was cut off: the link says old or new. One that does not become ready goes back. */
export function finishJournal({ cloud, machine }: MachineContext): Partial<MachineRow> | undefined {
  const { journal, current } = machine;
  if (journal === undefined) return undefined;
  const { component, from } = journal;
  const isBroken = defectOf(cloud.world, machine, component) !== undefined;
  updateMachine(cloud.world, machine.instanceId, isBroken ? { current: { ...current, [component]: from } } : {});
  closeJournal(cloud.world, machine.instanceId);
  return undefined;
}

/** Puts a bundle and its binaries on the disk, and takes off it what nothing names any more. */
export async function stage(context: MachineContext, sha256: string): Promise<{ bundle: string }> {
  const { cloud, machine } = context;
  const before = present(context);
  if (!before.staged?.includes(sha256)) {
    await fetchBundle(context, sha256);
    await fetchAssets({ ...context, machine: before }, storedBundle(cloud, sha256));
    point(context, 'stage fetched');
  }
  const { staged = [], current = {}, journal } = present(context);
  const named = new Set([...Object.values(current), journal?.from, journal?.to, sha256]);
  updateMachine(cloud.world, machine.instanceId, {
    staged: [...new Set([...staged, sha256])].filter((one) => named.has(one)),
  });
  point(context, 'stage staged');
  return { bundle: sha256 };
}

/** What the machine runs, by component, and whether it is still what was staged. */
export async function verify(context: MachineContext): Promise<Readonly<Record<string, string>>> {
  await pass(context, verifySeconds);
  const { current = {}, changedOnDisk = [] } = present(context);
  return Object.fromEntries(
    Object.entries(current).map(([name, sha256]) => [
      name,
      changedOnDisk.includes(name as Component) ? `${sha256} changed` : sha256,
    ]),
  );
}

/** Hashing 600 MB of binaries. */
const verifySeconds = 3;

/** How long a start may take until the component is ready, and what it takes. */
const readyWithinSeconds = { etcd: 300, others: 120 };
const startSeconds: Readonly<Record<Component, number>> = {
  machine: 0,
  etcd: 3,
  'kube-apiserver': 4,
  'kube-controller-manager': 3,
  'kube-scheduler': 2,
  containerd: 2,
  kubelet: 3,
  'kube-proxy': 1,
};

/** A member with API watches takes so long to stop. */
const etcdStopSeconds = 7;

/** Brings a component to a bundle that is staged: old or new at every moment, and old again where the new one does not become ready. */
export async function switchTo(context: MachineContext, component: Component, to: string): Promise<SwitchAnswer> {
  return oneAtATime(context, async () => {
    const { world } = context.cloud;
    const { staged = [], current = {}, journal, changedOnDisk = [] } = present(context);
    const from = current[component];
    if (from === undefined) throw new Error(`this machine has no ${component}`);
    if (!staged.includes(to)) throw new Error(`the bundle ${to} is not staged`);
    const answer = { component, bundle: to };
    const isSame = from === to && journal === undefined && !changedOnDisk.includes(component);
    if (isSame && isReady(present(context), component)) return { ...answer, changed: 'no' };

    const refused = defectOf(world, present(context), component, to);
    if (refused?.how === 'refused') throw new Error(`lint: ${component} refuses ${refused.text}; ${from} runs on`);
    if (component === 'etcd') requireAllMembers(context);

    const { instanceId } = context.machine;
    updateMachine(world, instanceId, { journal: { component, from, to } });
    point(context, 'switch journal-written');
    await stop(context, component);
    point(context, 'switch stopped');
    link(context, component, to);
    point(context, 'switch linked');
    const seconds = component === 'etcd' ? readyWithinSeconds.etcd : readyWithinSeconds.others;
    const problem = await startsWithin(context, component, seconds);
    if (problem !== undefined) {
      link(context, component, from);
      const still = await startsWithin(context, component, seconds);
      closeJournal(world, instanceId);
      const end = still === undefined ? `${from} runs again` : `${from} does not run either: ${still}`;
      throw new Error(`SwitchFailed: ${component} is not ready within ${seconds} s by ${to}: ${problem}; ${end}`);
    }
    point(context, 'switch ready');
    closeJournal(world, instanceId);
    return { ...answer, changed: 'yes' };
  });
}

type SwitchAnswer = { readonly component: string; readonly bundle: string; readonly changed: 'yes' | 'no' };

/** Ends the process. An API server serves on, not ready, for as long as its own unit says. */
async function stop(context: MachineContext, component: Component): Promise<void> {
  if (component === 'machine') return;
  const { cloud, machine } = context;
  if (component === 'kube-apiserver') {
    const delay = flag(
      flagsOf(bundleRunning(disk(context), component), `${component}.service`),
      'shutdown-delay-duration',
    );
    without(cloud.world, machine.instanceId, 'apiSince');
    await pass(context, Number.parseInt(delay, 10));
  } else if (component === 'etcd') {
    without(cloud.world, machine.instanceId, 'etcdSince');
    await pass(context, etcdStopSeconds);
  } else await pass(context, 1);
}

function link(context: MachineContext, component: Component, sha256: string): void {
  const { current, changedOnDisk = [] } = present(context);
  updateMachine(context.cloud.world, context.machine.instanceId, {
    current: { ...current, [component]: sha256 },
    changedOnDisk: changedOnDisk.filter((one) => one !== component),
  });
}

/** Starts the process by what its link names. Answers what has kept it from being ready for so long. */
async function startsWithin(
  context: MachineContext,
  component: Component,
  seconds: number,
): Promise<string | undefined> {
  const { world } = context.cloud;
  const deadline = nowOf(world) + seconds * 1000;
  await pass(context, startSeconds[component]);
  point(context, 'switch started');
  for (;;) {
    const problem = whyNotReady(context, component);
    if (problem === undefined) break;
    if (nowOf(world) >= deadline) return problem;
    await pass(context, 2);
  }
  const now = nowOf(world);
  const machine = present(context);
  updateMachine(world, machine.instanceId, {
    ...(component !== 'machine' && { running: { ...machine.running, [component]: now } }),
    ...(component === 'kube-apiserver' && { apiSince: now }),
    ...(component === 'etcd' && { etcdSince: now }),
  });
  return undefined;
}

function whyNotReady(context: MachineContext, component: Component): string | undefined {
  const defect = defectOf(context.cloud.world, present(context), component);
  if (defect !== undefined) return `it does not take ${defect.text}`;
  try {
    if (component === 'kube-apiserver') requireApiServer(disk(context));
    if (component === 'etcd') requireQuorum(disk(context), bundleRunning(disk(context), 'etcd'));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function isReady(machine: MachineRow, component: Component): boolean {
  if (component === 'kube-apiserver') return machine.apiSince !== undefined;
  if (component === 'etcd') return machine.etcdSince !== undefined;
  return component === 'machine' || machine.running?.[component] !== undefined;
}

/** A member is stopped only where all others serve. */
function requireAllMembers(context: MachineContext): void {
  const bundle = bundleRunning(disk(context), 'etcd');
  const { world } = context.cloud;
  const known = [...machines(world).rows()].filter(
    (row) =>
      row.current?.etcd !== undefined &&
      bundleRunning({ cloud: context.cloud, machine: row }, 'etcd').cluster.id === bundle.cluster.id,
  );
  const down = known.filter(({ etcdSince }) => etcdSince === undefined);
  if (down.length > 0) throw new Error(`etcd of ${down.map(({ address }) => address).join(', ')} does not serve`);
  requireQuorum(disk(context), bundle);
}

/** What a test has broken in the content of the component's bundle. */
function defectOf(
  world: World,
  machine: MachineRow,
  component: Component,
  sha256 = machine.current?.[component] ?? '',
) {
  const broken = [...brokenContents(world).rows()].filter((row) => row.component === component);
  if (broken.length === 0) return undefined;
  const { files } = storedBundle({ world }, sha256);
  const own = files.filter(({ path }) => componentOfFile(path) === component);
  return broken.find(({ text }) => own.some(({ content }) => content.includes(text)));
}

/** The machine as it is now. Throws where it was switched off meanwhile: nothing of the verb runs any more. */
function present({ cloud, machine }: MachineContext): MachineRow {
  const row = machineOfBoot(cloud.world, machine);
  if (row === undefined) throw new Error('the machine was switched off');
  return row;
}

const disk = (context: MachineContext): MachineContext => ({ ...context, machine: present(context) });

async function pass(context: MachineContext, seconds: number): Promise<void> {
  if (seconds > 0) await sleep(context.cloud.world.clock, seconds * 1000);
  present(context);
}

/** Marks a place in a verb; a test may have the power cut there. */
function point(context: MachineContext, name: Point): void {
  const { world } = context.cloud;
  const { times = 0 } = powerCuts(world).get(name) ?? {};
  if (times === 0) return;
  powerCuts(world).put(name, { times: times - 1 });
  world.machines.reboot(context.machine.instanceId);
  present(context);
}

function closeJournal(world: World, instanceId: string): void {
  without(world, instanceId, 'journal');
}

function without(world: World, instanceId: string, field: keyof MachineRow): void {
  const row = machines(world).get(instanceId);
  if (row === undefined) return;
  const { [field]: _gone, ...rest } = row;
  machines(world).put(instanceId, rest as MachineRow);
}

/** The machines of a world that switch now: the lock file of each. */
const switching = new WeakMap<World, Set<string>>();

async function oneAtATime<Result>(context: MachineContext, work: () => Promise<Result>): Promise<Result> {
  const { world } = context.cloud;
  const { instanceId } = context.machine;
  const busy = switching.get(world) ?? new Set();
  switching.set(world, busy);
  while (busy.has(instanceId)) await pass(context, 1);
  busy.add(instanceId);
  try {
    return await work();
  } finally {
    busy.delete(instanceId);
  }
}
