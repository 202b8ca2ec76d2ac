import type { CriticalPath } from '../../shared/blueprint/duration.ts';
import { PER_TRANSITION } from '../../shared/blueprint/prices.ts';
import type { RunDescription } from '../../shared/operations/describeRun.ts';
import type { Audit } from '../../shared/operations/listAudit.ts';
import type { NodeView } from '../../shared/operations/listNodes.ts';
import type { PricedPlan } from '../../shared/operations/pricedPlan.ts';
import { requestTo } from '../../shared/operations/routes.ts';
import type { BackupRow } from '../../shared/store/backups.ts';
import type { ClusterRecord } from '../../shared/store/clusters.ts';
import { leftLines } from '../audit.ts';
import type { FollowedRun } from '../progress/followRun.ts';
import { pausedMilliseconds } from '../progress/pauses.ts';
import { clocksText } from '../progress/reported.ts';
import { sampleSpec } from '../sampleSpec.ts';
import { ask, type Target } from '../target.ts';
import { counted, durationText, oneLine, timeText } from '../words.ts';
import { measuredPath } from './criticalPath.ts';

/** States shorter than this part of the time at work are summed up. */
const worthNaming = 0.03;

/** What to print about a run that has ended. The sample for the next step is a file of `projectRoot`. */
export async function summaryOf(
  target: Target,
  { description, hereMilliseconds }: FollowedRun,
  projectRoot: string,
): Promise<string[]> {
  const { run, status } = description;
  const elapsed = elapsedOf(description);
  const clocks = clocksText(target, elapsed, hereMilliseconds, undefined);
  if (status !== 'SUCCEEDED') return failureLines(description);
  const ended = endedAs[run.operation];
  const lines = ended ? await ended.lines(target, run) : [];
  return [
    '',
    `${run.clusterName} ${ended?.text ?? 'is ready'} after ${clocks}`,
    '',
    ...lines,
    ...costLines(description),
    ...timeLines(description),
    '',
    'Next',
    ...nextCommands(description, projectRoot).map((command) => `  kubestep ${command}`),
  ];
}

/** What there is to say at the end of each operation. */
const endedAs: Readonly<
  Record<
    string,
    {
      readonly text: string;
      readonly lines: (target: Target, run: RunDescription['run']) => Promise<readonly string[]>;
    }
  >
> = {
  createCluster: { text: 'is ready', lines: (target, { clusterName }) => creationLines(target, clusterName) },
  reconfigureCluster: { text: 'is changed', lines: (target, { clusterName }) => clusterLines(target, clusterName) },
  deleteCluster: { text: 'is deleted', lines: leftOf },
  backupEtcd: { text: 'is backed up', lines: backupLines },
};

/** What the run has stored, and where. */
async function backupLines(target: Target, { clusterName, runId }: RunDescription['run']): Promise<readonly string[]> {
  const { backups } = await ask<{ backups: readonly BackupRow[] }>(
    target,
    requestTo('listBackups', { name: clusterName }),
  );
  return backups
    .filter((backup) => backup.runId === runId)
    .map(
      ({ bucket, snapshotKey, sizeBytes, revision }) =>
        `Snapshot      s3://${bucket}/${snapshotKey} (${sizeBytes} bytes, revision ${revision})`,
    );
}

/** What a deletion has left, so that nobody pays for it unknowingly. Nothing is printed without the right to read the audit. */
async function leftOf(target: Target, { clusterName, clusterId }: RunDescription['run']): Promise<readonly string[]> {
  const { status, body } = await target.request(requestTo('listAudit', { name: clusterName }));
  const left = status === 200 ? leftLines((body as Audit).entries, clusterId) : [];
  return left.length === 0 ? [] : [...left, ''];
}

const elapsedOf = ({ startedAt, endedAt = startedAt }: RunDescription): number =>
  Date.parse(endedAt) - Date.parse(startedAt);

/** Where it stopped, why, and how to continue. */
export function failureLines({ run, status, view }: RunDescription): string[] {
  const failed = view.states.filter((state) => state.status === 'failed');
  const causes = failed.map(({ name, failures }) => {
    const last = failures.at(-1);
    return `  ${name}: ${last === undefined ? status : `${last.error}: ${oneLine(last.cause)}`}`;
  });
  const what = status === 'ABORTED' ? 'was stopped' : status === 'TIMED_OUT' ? 'ran out of time' : 'failed';
  return [
    '',
    `${run.operation} of ${run.clusterName} ${what}${failed.length > 0 ? ' at' : ''}`,
    ...causes,
    '',
    'Everything created so far is kept. Fix the cause, then run',
    `  kubestep resume ${run.runId} --cluster ${run.clusterName}`,
  ];
}

async function creationLines(target: Target, name: string): Promise<string[]> {
  const [lines, { duration }] = await Promise.all([
    clusterLines(target, name),
    ask<PricedPlan>(target, requestTo('getPlan', { name })),
  ]);
  return [...lines, `At least      ${expectedText(duration)}`];
}

async function clusterLines(target: Target, name: string): Promise<string[]> {
  const [{ cluster }, { nodes }] = await Promise.all([
    ask<{ cluster: ClusterRecord }>(target, requestTo('getCluster', { name })),
    ask<{ nodes: readonly NodeView[] }>(target, requestTo('listNodes', { name })),
  ]);
  return [
    'Machines',
    ...machineLines(nodes),
    `Endpoint      ${cluster.endpoint ?? 'none yet'}`,
    `Certificates  ${certificatesText(nodes)}`,
  ];
}

/** Machines by zone, a line each zone. */
export function machineLines(nodes: readonly NodeView[]): string[] {
  const zones = [...new Set(nodes.map(({ zone }) => zone))].sort();
  return zones.map((zone) => {
    const here = nodes.filter((node) => node.zone === zone);
    return `  ${zone}  ${here.map(({ slot, group, role, instanceId, address }) => `${slot ?? group ?? role} ${instanceId} ${address}`).join('  ')}`;
  });
}

function certificatesText(nodes: readonly NodeView[]): string {
  const [first] = nodes.flatMap(({ certificatesUntil }) => certificatesUntil ?? []).sort();
  return first === undefined
    ? 'none reported yet'
    : `the first ends ${timeText(first)}; each is renewed after two thirds of its time`;
}

function expectedText({ seconds, delays }: CriticalPath): string {
  return `${durationText(seconds * 1000)} of waits that AWS imposes: ${delays.map((delay) => `${delay.what} ${delay.seconds} s`).join(' → ')}`;
}

function costLines({ run, view, redrives }: RunDescription): string[] {
  const resumed = redrives > 0 ? `, resumed ${redrives === 1 ? 'once' : `${redrives} times`}` : '';
  const price = (view.transitions * PER_TRANSITION).toFixed(4);
  return [
    `Run           ${run.runId}: ${counted(view.transitions, 'state transition')}, ${price} USD at 0.025 USD per 1,000${resumed}`,
  ];
}

/** Where the time went, state by state; what it waited for somebody to resume it is no state's. */
export function timeLines(description: RunDescription): string[] {
  const elapsed = elapsedOf(description);
  const paused = pausedMilliseconds(description.view);
  const atWork = elapsed - paused;
  const path = measuredPath(description.view);
  const named = path.filter(({ milliseconds }) => milliseconds >= atWork * worthNaming);
  const rest = atWork - named.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const steps = named.map(({ name, milliseconds }) => `${name} ${durationText(milliseconds)}`).join(' → ');
  const pause = paused > 0 ? `, of which ${durationText(paused)} until it was resumed` : '';
  return [`Time          ${durationText(elapsed)}${pause}: ${steps}; everything else ${durationText(rest)}`];
}

function nextCommands({ run }: RunDescription, projectRoot: string): string[] {
  if (run.operation === 'backupEtcd') return [`get backups --cluster ${run.clusterName}`];
  return run.operation === 'deleteCluster'
    ? ['get clusters', `describe run ${run.runId} --cluster ${run.clusterName}`, `create -f ${sampleSpec(projectRoot)}`]
    : [`get nodes ${run.clusterName}`, `describe run ${run.runId}`, `delete ${run.clusterName}`];
}
