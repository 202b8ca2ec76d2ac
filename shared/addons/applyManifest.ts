import { createHash } from 'node:crypto';
import { putObjectOnce } from '../aws/assetObjects.ts';
import { type NodeVerb, operationIdOf, sendVerb } from '../aws/commands.ts';
import type { Plan } from '../blueprint/plan.ts';
import { awaitReports } from '../machines/awaitReports.ts';
import type { RunContext } from '../step/runContext.ts';
import type { Manifest } from './manifest.ts';
import { masterToAsk } from './master.ts';

export interface ApplyRequest {
  readonly run: RunContext;
  readonly plan: Plan;
  readonly attempt: number;
  readonly taskToken: string;
  readonly state: string;
  readonly verb: Extract<NodeVerb, 'apply-overlay' | 'apply-addons'>;
  readonly manifest: Manifest;
}

/** Stores the manifest under its checksum and has a master apply it; the master's report completes the state's token. */
export async function applyManifest({
  run,
  plan,
  attempt,
  taskToken,
  state,
  verb,
  manifest,
}: ApplyRequest): Promise<void> {
  const { bucket, nodeVerbsDocument } = plan.facts.deployment;
  const sha256 = createHash('sha256').update(manifest.text).digest('hex');
  await putObjectOnce({ bucket, key: `assets/sha256/${sha256}` }, Buffer.from(manifest.text), sha256);

  const operationId = operationIdOf(run, state, attempt);
  const instanceId = await masterToAsk(plan, attempt);
  await awaitReports({ run, attempt, state, taskToken }, { operationId, instanceId });
  await sendVerb({
    document: nodeVerbsDocument,
    instanceId,
    verb,
    operationId,
    fence: run.fence,
    arguments: { manifest: sha256, rollouts: manifest.rollouts.join(' ') },
  });
}
