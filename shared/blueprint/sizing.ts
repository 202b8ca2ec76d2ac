import type { ClusterSpec } from '../spec/schema.ts';
import type { VolumeBlueprint } from './blueprint.ts';

interface Sizing {
  /** Good for this many nodes at most. */
  readonly upToNodes: number;
  readonly master: string;
  readonly dedicatedEtcd: string;
  readonly etcdVolume: VolumeBlueprint;
}

const gp3 = (sizeGiB: number, iops: number, throughputMiBps: number): VolumeBlueprint => ({
  type: 'gp3',
  sizeGiB,
  iops,
  throughputMiBps,
});
const io2 = (sizeGiB: number, iops: number): VolumeBlueprint => ({ type: 'io2', sizeGiB, iops });

/**
 * Machines of the control plane by nodes, per machine of three (sources: kube-up's table of masters, SIG Scalability's
 * 64 processors and 128 GB for 5,000 nodes, etcd's hardware page, kops' scale tests: io2 with 10,000 IOPS).
 */
const sizings: readonly Sizing[] = [
  { upToNodes: 10, master: 'm7g.large', dedicatedEtcd: 'm7g.large', etcdVolume: gp3(20, 3000, 125) },
  { upToNodes: 100, master: 'm7g.xlarge', dedicatedEtcd: 'm7g.large', etcdVolume: gp3(50, 3000, 125) },
  { upToNodes: 250, master: 'm7g.2xlarge', dedicatedEtcd: 'm7g.xlarge', etcdVolume: gp3(80, 4000, 125) },
  { upToNodes: 500, master: 'm7g.4xlarge', dedicatedEtcd: 'm7g.2xlarge', etcdVolume: gp3(100, 6000, 250) },
  { upToNodes: 1000, master: 'm7g.8xlarge', dedicatedEtcd: 'm7g.2xlarge', etcdVolume: io2(120, 10_000) },
  { upToNodes: 3000, master: 'm7g.16xlarge', dedicatedEtcd: 'm7g.4xlarge', etcdVolume: io2(120, 12_000) },
  { upToNodes: 5000, master: 'm7g.16xlarge', dedicatedEtcd: 'm7g.8xlarge', etcdVolume: io2(120, 16_000) },
];

/** Kubernetes' own limit (source: kubernetes.io, large clusters). */
export const MAXIMUM_NODES = 5000;

/** How many workers the groups may have together. */
export const maximumWorkers = (spec: ClusterSpec): number =>
  spec.spec.nodeGroups.reduce((sum, group) => sum + group.max, 0);

/** How many masters there are: as many as etcd members where they share machines. */
export function masterCount({ spec: { controlPlane, etcd } }: ClusterSpec): number {
  return controlPlane.count ?? (etcd.placement === 'stacked' ? etcd.members : 3);
}

/** What the spec says of the control plane's machines, and what the number of nodes suggests where it says nothing. */
export function controlPlaneSizing(spec: ClusterSpec): Omit<Sizing, 'upToNodes'> {
  const suggested = suggestedFor(maximumWorkers(spec));
  const { controlPlane, etcd } = spec.spec;
  return {
    master: controlPlane.instanceType ?? suggested.master,
    dedicatedEtcd: etcd.instanceType ?? suggested.dedicatedEtcd,
    etcdVolume: etcd.volume === undefined ? suggested.etcdVolume : volumeOf(etcd.volume),
  };
}

/** Which sizing the number of nodes suggests. */
function suggestedFor(nodes: number): Sizing {
  const suggested = sizings.find(({ upToNodes }) => nodes <= upToNodes) ?? sizings.at(-1);
  if (suggested === undefined) throw new RangeError('no sizing is known');
  return suggested;
}

/** Where the groups' max chose larger masters than the nodes at the beginning need: the number, and what would do. */
export function sizingReason(spec: ClusterSpec) {
  const nodes = maximumWorkers(spec);
  const atFirst = spec.spec.nodeGroups.reduce((sum, group) => sum + (group.desired ?? group.min), 0);
  const { master } = suggestedFor(nodes);
  const forDesired = suggestedFor(atFirst).master;
  if (spec.spec.controlPlane.instanceType !== undefined || master === forDesired) return undefined;
  return { nodes, master, forDesired };
}

/** A volume of a spec, complete: gp3 has a throughput, io2 has none. */
export function volumeOf(volume: NonNullable<ClusterSpec['spec']['etcd']['volume']>): VolumeBlueprint {
  const { type, sizeGiB, iops, throughputMiBps } = volume;
  return type === 'gp3' ? gp3(sizeGiB, iops, throughputMiBps ?? 125) : io2(sizeGiB, iops);
}
