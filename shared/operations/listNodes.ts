import { existingInstances } from '../aws/machineFacts.ts';
import type { MachineRole } from '../blueprint/blueprint.ts';
import { profiles } from '../pki/profiles.ts';
import { readAudit } from '../store/audit.ts';
import type { ClusterRecord } from '../store/clusters.ts';
import { listSlots, readIdentity } from '../store/machines.ts';
import { listPhaseReports, type Outcome, type Phase, type PhaseReport, phases } from '../store/reports.ts';

/** A machine of a cluster, by its own reports. */
export interface NodeView {
  readonly instanceId: string;
  readonly role: MachineRole;
  readonly zone: string;
  readonly address: string;
  readonly slot?: string;
  readonly group?: string;
  /** The last phase that it has reported done. */
  readonly phase?: Phase;
  /** What it reported as failed, unless it has continued since. */
  readonly failure?: string;
  /** What it reported to wait for, unless it has continued since. */
  readonly waitsFor?: string;
  /** Somebody, maybe not the machine, has asked with its credentials for a certificate of another key, and was refused. */
  readonly alarm?: string;
  /** ISO 8601: when the first of its certificates ends unless it is renewed; they are renewed after two thirds of their time. */
  readonly certificatesUntil?: string;
}

/** Identities are read so many at once, so that a large cluster does not meet the table's limits. */
const readAtOnce = 100;

/** Every machine that a slot holds or that has reported, as long as EC2 has it. */
export async function listNodes({ name, clusterId }: Pick<ClusterRecord, 'name' | 'clusterId'>): Promise<NodeView[]> {
  const [slots, reports, alarms] = await Promise.all([
    listSlots(clusterId),
    listPhaseReports(clusterId),
    readAudit(name, 'second-key-requested'),
  ]);
  const known = new Set([
    ...slots.flatMap(({ instanceId }) => instanceId ?? []),
    ...reports.map(({ instanceId }) => instanceId),
  ]);
  const ids = await existingInstances([...known]);
  const alarmed = new Map(
    alarms.map(({ detail, at }) => [detail['instanceId'], `a second key was asked for at ${at}`]),
  );
  const nodes: NodeView[] = [];
  for (const some of inParts([...ids])) {
    const views = await Promise.all(some.map((id) => viewOf(id, reports, alarmed.get(id))));
    nodes.push(...views.flatMap((view) => view ?? []));
  }
  return nodes.sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
}

type DatedReport = PhaseReport & { readonly at: string };

async function viewOf(
  instanceId: string,
  all: readonly DatedReport[],
  alarm: string | undefined,
): Promise<NodeView | undefined> {
  const identity = await readIdentity(instanceId);
  if (!identity) return undefined;
  const reports = all.filter((report) => report.instanceId === instanceId);
  const done = phases.filter((phase) => reports.some((one) => one.phase === phase && one.outcome === 'done'));
  const said = (wanted: Outcome) => {
    const report = reports.find(({ outcome }) => outcome === wanted);
    return report && `${report.phase}: ${report.message ?? 'no message'}`;
  };
  const [failure, waitsFor] = [said('failed'), said('waiting')];
  const issued = reports.find(({ phase, outcome }) => phase === 'certificates-issued' && outcome === 'done');
  const { role, zone, address, slotKey, group } = identity;
  const phase = done.at(-1);
  return {
    instanceId,
    role,
    zone,
    address,
    ...(slotKey !== undefined && { slot: slotKey }),
    ...(group !== undefined && { group }),
    ...(phase !== undefined && { phase }),
    ...(failure !== undefined && { failure }),
    ...(waitsFor !== undefined && { waitsFor }),
    ...(alarm !== undefined && { alarm }),
    ...(issued && { certificatesUntil: endOf(role, issued.at) }),
  };
}

/** Every machine that is a node has kubelet's client certificate, the shortest; etcd machines have their server's. */
function endOf(role: MachineRole, issuedAt: string): string {
  const { lifetimeDays } = role === 'etcd' ? profiles['etcd-server'] : profiles['kubelet-client'];
  return new Date(Date.parse(issuedAt) + lifetimeDays * 86_400_000).toISOString();
}

const orderOf = ({ role, slot, group, zone, instanceId }: NodeView): string =>
  [role === 'worker' ? 1 : 0, slot ?? group, zone, instanceId].join(' ');

function* inParts<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += readAtOnce) yield items.slice(start, start + readAtOnce);
}
