import { awsWaits } from '../../shared/blueprint/duration.ts';
import type { PricedPlan } from '../../shared/operations/pricedPlan.ts';
import { requestTo } from '../../shared/operations/routes.ts';
import type { SlotRow } from '../../shared/store/machines.ts';
import type { Outcome, Phase, PhaseReport } from '../../shared/store/reports.ts';
import type { Target } from '../target.ts';
import { durationText } from '../words.ts';

/** Which phase of its machines a state waits for. */
const awaitedPhases: Readonly<Record<string, Phase>> = {
  LaunchEtcd: 'etcd-serving',
  StartMasters: 'control-plane-serving',
  RollNodes: 'node-ready',
};

/** Whether a state waits for reports of machines. */
export const waitsForMachines = (state: string): boolean => state in awaitedPhases;

const { natGateway, loadBalancer, targets } = awsWaits;

/** What AWS usually takes, where a state does little but wait for it. */
export const usualWaits: Readonly<Record<string, string>> = {
  AwaitNatGateways: `about ${natGateway.seconds} s from its creation`,
  AwaitLoadBalancer: `about ${loadBalancer.seconds} s from its creation, then ${targets.seconds} s to healthy targets`,
};

/** What the cluster's machines have reported so far, by the state that waits for it. */
export async function reportedOf(target: Target, cluster: string): Promise<Readonly<Record<string, string>>> {
  const { status, body } = await target.request(requestTo('getCluster', { name: cluster }));
  if (status !== 200) return {};
  const { slots, reports } = body as { slots: readonly SlotRow[]; reports: readonly PhaseReport[] };
  const entries = Object.entries(awaitedPhases).map(([state, phase]) => {
    const isOurs = ({ group }: PhaseReport) => (group === undefined) === (phase !== 'node-ready');
    const done = new Set(
      reports
        .filter((report) => report.phase === phase && report.outcome === 'done' && isOurs(report))
        .map(({ instanceId }) => instanceId),
    );
    const begun = new Set(reports.filter(isOurs).map(({ instanceId }) => instanceId));
    const troubled = (wanted: Outcome) =>
      reports.find((report) => isOurs(report) && report.outcome === wanted && !done.has(report.instanceId));
    const trouble = troubled('failed') ?? troubled('waiting');
    const of = phase === 'node-ready' ? '' : ` of ${slots.length}`;
    const said = trouble ? `; ${trouble.instanceId} ${trouble.outcome}: ${trouble.message ?? trouble.phase}` : '';
    return [state, `machines: ${begun.size} reported, ${done.size}${of} ${phase}${said}`] as const;
  });
  return Object.fromEntries(entries);
}

/** How long a create takes at least, once its plan can be read. */
export async function expectedMilliseconds(target: Target, cluster: string): Promise<number | undefined> {
  const { status, body } = await target.request(requestTo('getPlan', { name: cluster }));
  if (status !== 200) return undefined;
  return (body as PricedPlan).duration.seconds * 1000;
}

/** Both clocks, and what to expect: `3 min 02 s of the model's time of about 5 min 07 s · 9 s here`. */
export function clocksText(target: Target, elapsed: number, here: number, expected: number | undefined): string {
  const about = expected === undefined ? '' : ` of about ${durationText(expected)}`;
  return target.kind === 'aws'
    ? `${durationText(elapsed)}${about}`
    : `${durationText(elapsed)} of the model’s time${about} · ${durationText(here)} here`;
}
