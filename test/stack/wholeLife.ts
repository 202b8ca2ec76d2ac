import { aKeyPair, aSigningRequest } from '../support/authorities.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { plantKubernetesResources } from '../support/plants.ts';
import {
  clusterIdOf,
  demoSpec,
  type FinishedRun,
  finish,
  startBackup,
  startCreate,
  startDelete,
  startReconfigure,
} from '../support/runs.ts';
import { changed } from '../unit/spec/aSpec.ts';

/** Asks until there is an answer: a function without a right answers 500. */
async function ask(account: TestAccount, method: string, path: string, body?: string): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    if ((await account.ask(method, path, body)).status < 500) return;
    await account.clock.advance({ seconds: 30 });
  }
  throw new Error(`${method} ${path} was never answered`);
}

function requireEnd({ execution }: FinishedRun, what: string): void {
  if (execution.status !== 'SUCCEEDED')
    throw new Error(`${what} did not finish: ${execution.error} ${execution.cause}`);
}

/** The spec with a change in place and one of a size. */
function oneOfEach(document: Record<string, unknown>): Record<string, unknown> {
  const { components, nodeGroups } = document['spec'] as { components?: object; nodeGroups: { max: number }[] };
  return changed(document, {
    'spec.components': { ...components, 'kube-apiserver': { extraArguments: { 'max-requests-inflight': '800' } } },
    'spec.nodeGroups.0.max': (nodeGroups[0]?.max ?? 0) + 1,
  });
}

/**
 * All that happens to a cluster: it is created, read by every route, let into, changed, fills with what Kubernetes makes, is
 * deleted, and the deletion is stopped and resumed on its way.
 */
export async function wholeLife(
  account: TestAccount,
  spec: Record<string, unknown> = demoSpec,
  maxResumes = 100,
): Promise<void> {
  const { name } = spec.metadata as { readonly name: string };
  const created = await startCreate(account, spec, `create-${name}`);
  await account.clock.advance({ seconds: 20 });
  requireEnd(await finish(account, created, maxResumes), `creation of ${name}`);
  await account.clock.advance({ hours: 1 });

  const { runId } = JSON.parse(account.engine.describe(created).input);
  const ofCluster = ['', '/plan', '/export/terraform', '/nodes', '/runs', '/audit', '/deletion', `/runs/${runId}`].map(
    (rest) => `/clusters/${name}${rest}`,
  );
  for (const path of ['/clusters', '/quotas', ...ofCluster]) await ask(account, 'GET', path);
  const signingRequest = aSigningRequest(aKeyPair().privateKey);
  await ask(account, 'POST', `/clusters/${name}/kubeconfig/viewers`, signingRequest);

  const reconfigured = await startReconfigure(account, oneOfEach(spec), `reconfigure-${name}`);
  requireEnd(await finish(account, reconfigured, maxResumes), `change of ${name}`);
  requireEnd(
    await finish(account, await startBackup(account, name, `backup-${name}`), maxResumes),
    `backup of ${name}`,
  );
  await ask(account, 'GET', `/clusters/${name}/backups`);
  await plantKubernetesResources(account, await clusterIdOf(account, name));
  const deletion = await startDelete(account, name, `delete-${name}`);
  const deleting = JSON.parse(account.engine.describe(deletion).input);
  await ask(account, 'POST', `/clusters/${name}/runs/${deleting.runId}/stop`);
  await account.clock.advance({ minutes: 5 });
  requireEnd(await finish(account, deletion), `deletion of ${name}`);
  await account.clock.advance({ hours: 1 });
}
