import * as z from 'zod';
import { identify, Refused } from '../../shared/node/identity.ts';
import { jsonText, nodeRoute } from '../../shared/node/nodeRoute.ts';
import { plainText } from '../../shared/node/plainText.ts';
import type { MachineIdentity } from '../../shared/store/machines.ts';
import { type Phase, phases, storeOperationReport, storePhaseReport } from '../../shared/store/reports.ts';
import { completeTokens } from '../../shared/store/taskTokens.ts';

const outcome = z.enum(['done', 'failed']);
const message = z.string().max(8192).transform(plainText).optional();

const phaseReport = z.strictObject({ phase: z.enum(phases), outcome, message });

const operationReport = z.strictObject({
  operationId: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  outcome,
  message,
  result: z
    .record(
      z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/),
      z.union([z.string().max(1024).transform(plainText), z.number(), z.boolean()]),
    )
    .optional(),
});

const body = z.union([phaseReport, operationReport]);

/** POST /node/report: stores what a machine says of itself, then lets go on whatever waited for exactly that. */
export const handler = nodeRoute(body, async ({ caller, body: report }) => {
  const { identity } = await identify(caller, { anew: false });
  if (!mayReport(identity, report)) throw new Refused('a worker speaks as if it had a slot');
  if ('phase' in report) await reportPhase(identity, report);
  else await reportOperation(identity, report);
  return jsonText('{}\n');
});

/** A machine speaks for itself only: workers run no etcd, and operations are sent to the machines of slots. */
function mayReport({ slotKey }: MachineIdentity, report: z.output<typeof body>): boolean {
  return slotKey !== undefined || ('phase' in report && workerPhases.has(report.phase));
}

const workerPhases: ReadonlySet<string> = new Set<Phase>(['bundle-fetched', 'certificates-issued', 'node-ready']);

async function reportPhase(identity: MachineIdentity, report: z.output<typeof phaseReport>): Promise<void> {
  const { clusterId, instanceId, group, templateVersion } = identity;
  const place = { ...(group && { group }), ...(templateVersion && { templateVersion }) };
  const told = {
    instanceId,
    phase: report.phase,
    outcome: report.outcome,
    ...(report.message && { message: report.message }),
  };
  await storePhaseReport({ clusterId, ...told, ...place });
  await completeTokens(clusterId, { ...told, ...(group && { group }) });
}

async function reportOperation(identity: MachineIdentity, report: z.output<typeof operationReport>): Promise<void> {
  const { clusterId, instanceId } = identity;
  const { operationId, outcome, message, result } = report;
  const told = { instanceId, operationId, outcome, ...(message && { message }) };
  await storeOperationReport({ clusterId, ...told, ...(result && { result }) });
  await completeTokens(clusterId, told);
}
