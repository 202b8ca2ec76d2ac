import * as z from 'zod';
import { identify, Refused } from '../../shared/nodeApi/identity.ts';
import { jsonText, nodeRoute } from '../../shared/nodeApi/nodeRoute.ts';
import { operationId } from '../../shared/nodeApi/operationId.ts';
import { plainText } from '../../shared/nodeApi/plainText.ts';
import { completeOperation, completePhase, heartbeatOperation } from '../../shared/reports/completeWaits.ts';
import { recordMemberServed } from '../../shared/store/etcd.ts';
import type { MachineIdentity } from '../../shared/store/machines.ts';
import {
  type OperationReport,
  type Phase,
  type PhaseReport,
  phases,
  storeOperationReport,
  storePhaseReport,
} from '../../shared/store/reports.ts';

const message = z.string().max(8192).transform(plainText).optional();

const phaseReport = z.strictObject({
  phase: z.enum(phases),
  outcome: z.enum(['done', 'waiting', 'failed']),
  message,
});

const heartbeat = z.strictObject({ operationId, outcome: z.literal('running') });

const operationReport = z.strictObject({
  operationId,
  outcome: z.enum(['done', 'failed']),
  message,
  result: z
    .record(
      z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/),
      z.union([z.string().max(1024).transform(plainText), z.number(), z.boolean()]),
    )
    .optional(),
});

const body = z.union([phaseReport, heartbeat, operationReport]);

/**
 * POST /node/report: stores what a machine reports, then completes what waited for exactly that. That a verb is still running
 * is passed on to the state that waits for it, and not stored.
 */
export const handler = nodeRoute(body, async ({ caller, body: report }) => {
  const { identity, slot } = await identify(caller, { fresh: false });
  if (!mayReport(identity, report)) throw new Refused('a worker speaks as if it had a slot');
  if (slot?.runs.etcd && isServingEtcd(report)) await recordMemberServed(identity.clusterId, slot.key);
  if ('phase' in report) await reportPhase(identity, report);
  else if (report.outcome === 'running') await heartbeatOperation({ ...identity, operationId: report.operationId });
  else await reportOperation(identity, report);
  return jsonText('{}\n');
});

/** A machine speaks for itself only: workers run no etcd, and operations are sent to the machines of slots. */
function mayReport({ slotKey }: MachineIdentity, report: z.output<typeof body>): boolean {
  return slotKey !== undefined || ('phase' in report && workerPhases.has(report.phase));
}

/** Noted before anything waits no longer for it: a member that has served must not come back empty. */
const isServingEtcd = (report: z.output<typeof body>): boolean =>
  'phase' in report && report.phase === 'etcd-serving' && report.outcome === 'done';

const workerPhases: ReadonlySet<string> = new Set<Phase>(['bundle-fetched', 'certificates-issued', 'node-ready']);

async function reportPhase(identity: MachineIdentity, received: z.output<typeof phaseReport>): Promise<void> {
  const { clusterId, instanceId, group, templateVersion } = identity;
  const { phase, outcome, message } = received;
  const report: PhaseReport = {
    clusterId,
    instanceId,
    phase,
    outcome,
    ...(message && { message }),
    ...(group && { group }),
    ...(templateVersion && { templateVersion }),
  };
  const isNews = await storePhaseReport(report);
  // What was done before is reported again after a lost answer, and its wait may still be open; no failure undoes it.
  if (isNews || outcome === 'done') await completePhase(report);
}

async function reportOperation(identity: MachineIdentity, received: z.output<typeof operationReport>): Promise<void> {
  const { clusterId, instanceId } = identity;
  const { operationId, outcome, message, result } = received;
  const report: OperationReport = {
    clusterId,
    instanceId,
    operationId,
    outcome,
    ...(message && { message }),
    ...(result && { result }),
  };
  await storeOperationReport(report);
  await completeOperation(report);
}
