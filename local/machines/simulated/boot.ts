import type { Component } from '../../../shared/machine/components.ts';
import { canReach } from '../../cloud/ec2/reachability.ts';
import { nowOf } from '../../cloud/world.ts';
import { requireNodeReady, requireQuorum, startControlPlane, startEtcd } from './components.ts';
import { type MachineRow, machineOfBoot, updateMachine } from './machineRows.ts';
import {
  bundleOf,
  bundleRunning,
  Failed,
  fetchCertificates,
  fetchPinnedBundle,
  type MachineContext,
  NotYet,
  report,
} from './nodeApi.ts';
import { fetchPodRange, hasRoutedPods } from './podRoutes.ts';
import { finishJournal, stageFirst } from './switching.ts';

/** One thing that a machine does on its way to being part of a cluster. Throws while it cannot be done yet. */
interface BootStep {
  readonly name: string;
  readonly when?: (context: MachineContext) => boolean;
  /** The phase of the node script that it is part of: what keeps it is reported for that. */
  readonly phase?: string;
  /** Whether the node script waits within the step; otherwise its phase fails, and it begins again. */
  readonly waits?: boolean;
  readonly run: (context: MachineContext) => Promise<Partial<MachineRow> | undefined>;
}

const hasUnit = (unit: string) => (context: MachineContext) => bundleOf(context).units.includes(unit);
const runsEtcd = hasUnit('etcd.service');
const runsControlPlane = hasUnit('kube-apiserver.service');
const runsNode = hasUnit('kubelet.service');
/** Later boots start what the machine ran last, whatever its user data pins. */
const isFirstBoot = ({ machine }: MachineContext) => machine.current === undefined;

/** The components' processes, as started now. */
function started({ cloud, machine }: MachineContext, ...components: readonly Component[]): Pick<MachineRow, 'running'> {
  const now = nowOf(cloud.world);
  return { running: { ...machine.running, ...Object.fromEntries(components.map((component) => [component, now])) } };
}

/** Some public address: what the Node API, S3 and KMS have (RFC 5737, TEST-NET-2). */
const somewhereOutside = '198.51.100.1';

/** The boot of a machine, in the order of the node script's verbs. */
export const bootSteps: readonly BootStep[] = [
  {
    name: 'way out',
    run: async ({ cloud: { world }, machine }) => {
      const way = canReach(world, {
        from: machine.networkInterfaceId,
        to: { address: somewhereOutside, protocol: 'tcp', port: 443 },
      });
      if (!way.reachable) throw new NotYet(way.why);
      return undefined;
    },
  },
  { name: 'bundle', run: async (context) => ({ bundle: await fetchPinnedBundle(context) }) },
  {
    name: 'report bundle-fetched',
    run: (context) => done(report(context, { phase: 'bundle-fetched', outcome: 'done' })),
  },
  { name: 'assets', phase: 'certificates-issued', when: isFirstBoot, run: stageFirst },
  { name: 'journal', run: async (context) => finishJournal(context) },
  { name: 'certificates', phase: 'certificates-issued', run: (context) => done(fetchCertificates(context)) },
  {
    name: 'report certificates-issued',
    run: (context) => done(report(context, { phase: 'certificates-issued', outcome: 'done' })),
  },
  {
    name: 'etcd',
    phase: 'etcd-serving',
    waits: true,
    when: runsEtcd,
    run: async (context) => {
      await startEtcd(context);
      return { etcdSince: nowOf(context.cloud.world), ...started(context, 'etcd') };
    },
  },
  {
    name: 'etcd quorum',
    phase: 'etcd-serving',
    waits: true,
    when: runsEtcd,
    run: async (context) => done(Promise.resolve(requireQuorum(context, bundleRunning(context, 'etcd')))),
  },
  {
    name: 'report etcd-serving',
    when: runsEtcd,
    run: (context) => done(report(context, { phase: 'etcd-serving', outcome: 'done' })),
  },
  {
    name: 'control plane',
    phase: 'control-plane-serving',
    waits: true,
    when: runsControlPlane,
    run: async (context) => {
      await startControlPlane(context);
      return {
        apiSince: nowOf(context.cloud.world),
        ...started(context, 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'),
      };
    },
  },
  {
    name: 'report control-plane-serving',
    when: runsControlPlane,
    run: (context) => done(report(context, { phase: 'control-plane-serving', outcome: 'done' })),
  },
  {
    name: 'pod range',
    when: (context) => hasRoutedPods(bundleOf(context)),
    run: async (context) => ({ podRange: await fetchPodRange(context) }),
  },
  {
    name: 'node',
    phase: 'node-ready',
    waits: true,
    when: runsNode,
    run: async (context) => {
      requireNodeReady(context, bundleOf(context));
      return {
        nodeReadySince: nowOf(context.cloud.world),
        ...started(context, 'containerd', 'kubelet', 'kube-proxy'),
      };
    },
  },
  {
    name: 'report node-ready',
    when: runsNode,
    run: (context) => done(report(context, { phase: 'node-ready', outcome: 'done' })),
  },
];

/** Takes the steps that can be taken now. Resolves with whether nothing is left to do, as for a boot that was cut off. */
export async function advance(context: MachineContext): Promise<boolean> {
  const { world } = context.cloud;
  let { machine } = context;
  for (const step of bootSteps) {
    if (machine.done.includes(step.name)) continue;
    const current = { ...context, machine };
    try {
      const skipped = step.when !== undefined && !step.when(current);
      const changes = skipped ? undefined : await step.run(current);
      if (!machineOfBoot(world, machine)) return true;
      const updated = updateMachine(world, machine.instanceId, { ...changes, done: [...machine.done, step.name] });
      if (!updated) return true;
      machine = updated;
    } catch (error) {
      if (!machineOfBoot(world, machine)) return true;
      await keepWaiting(current, step, error as Error);
      return false;
    }
  }
  return true;
}

/** How often the node script reports what it waits for (`within` of world.sh). */
const complaintMilliseconds = 60_000;

/** Records what keeps the machine, and reports it as the node script does: a failure at once, a wait once a minute. */
async function keepWaiting(context: MachineContext, step: BootStep, error: Error): Promise<void> {
  const { cloud, machine } = context;
  const at = nowOf(cloud.world);
  const waitsFor = `${step.name}: ${error.message}`;
  const isFailure = !step.waits || error instanceof Failed;
  const reported = machine.complained?.step === step.name ? machine.complained.at : undefined;
  const isDue = isFailure || (reported !== undefined && at - reported >= complaintMilliseconds);
  const complained = { step: step.name, at: reported === undefined || isDue ? at : reported };
  updateMachine(cloud.world, machine.instanceId, { waitsFor, complained });
  if (step.phase === undefined || !isDue) return;
  const outcome = isFailure ? 'failed' : 'waiting';
  try {
    await report(context, { phase: step.phase, outcome, message: error.message });
  } catch {
    // As the node script: what nobody hears is reported again at the next try.
  }
}

async function done(work: Promise<unknown>): Promise<undefined> {
  await work;
  return undefined;
}
