import { createHash } from 'node:crypto';
import { putObjectOnce } from '../aws/assetObjects.ts';
import { type AskingState, askMaster } from '../reports/askMaster.ts';
import type { Manifest } from './manifest.ts';

/** Stores the manifest under its checksum and has a master apply it; the master's report completes the state's token. */
export async function applyManifest(
  state: AskingState,
  verb: 'apply-overlay' | 'apply-addons',
  manifest: Manifest,
): Promise<void> {
  const { bucket } = state.plan.facts.deployment;
  const sha256 = createHash('sha256').update(manifest.text).digest('hex');
  await putObjectOnce({ bucket, key: `assets/sha256/${sha256}` }, Buffer.from(manifest.text), sha256);
  await askMaster(state, verb, { manifest: sha256, rollouts: manifest.rollouts.join(' ') });
}
