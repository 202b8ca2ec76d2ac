import { readFileSync } from 'node:fs';
import type { Execution } from '../../local/interpreter/records.ts';
import type { TestAccount } from './embeddedWorld.ts';

/** The document that `npm start` creates a cluster of. */
export const demoSpec: Record<string, unknown> = JSON.parse(readFileSync('events/createCluster.json', 'utf8')).spec;

/** What it is changed to: one flag of the API server. */
export const changedSpec: Record<string, unknown> = JSON.parse(
  readFileSync('events/reconfigureCluster.json', 'utf8'),
).spec;

/** The API kept failing for as long as a person asks: a function that it needs is broken. */
export class NotAnswered extends Error {}

/** A person who keeps asking until the API has answered: functions die under requests too. */
async function askUntilAnswered(
  account: TestAccount,
  method: string,
  path: string,
  body?: string,
  query?: Record<string, string>,
) {
  for (let tries = 0; tries < 50; tries += 1) {
    const answer = await account.ask(method, path, body, query);
    if (answer.status < 500) return answer;
    await account.clock.advance({ seconds: 30 });
  }
  throw new NotAnswered(`${method} ${path} was not answered`);
}

/** Starts a creation, or finds the one that the same request started before. */
export async function startCreate(
  account: TestAccount,
  spec: object = demoSpec,
  requestId = 'create',
): Promise<string> {
  const path = `/clusters/${nameIn(spec)}`;
  const { status, body } = await askUntilAnswered(account, 'PUT', path, JSON.stringify(spec), { requestId });
  if (status !== 200) throw new Error(`create was refused: ${body.message}`);
  return body.executionArn;
}

/** Starts a change of the cluster of this spec; what is answered where nothing is to be changed has no execution. */
export async function startReconfigure(
  account: TestAccount,
  spec: object,
  requestId = 'reconfigure',
  takeOver = false,
): Promise<string> {
  const path = `/clusters/${nameIn(spec)}/reconfigure`;
  const query = { requestId, ...(takeOver && { takeOver: 'true' }) };
  const { status, body } = await askUntilAnswered(account, 'POST', path, JSON.stringify(spec), query);
  if (status !== 200) throw new Error(`reconfigure was refused: ${body.message}`);
  return body.executionArn;
}

const nameIn = (spec: object): string => (spec as { metadata: { name: string } }).metadata.name;

export async function startDelete(
  account: TestAccount,
  cluster = 'demo',
  requestId = 'delete',
  takeOver = false,
): Promise<string> {
  const query = { requestId, ...(takeOver && { takeOver: 'true' }) };
  const { status, body } = await askUntilAnswered(account, 'DELETE', `/clusters/${cluster}`, undefined, query);
  if (status !== 200) throw new Error(`delete was refused: ${body.message}`);
  return body.executionArn;
}

export async function startBackup(account: TestAccount, cluster = 'demo', requestId = 'backup'): Promise<string> {
  const { status, body } = await askUntilAnswered(account, 'POST', `/clusters/${cluster}/backups`, undefined, {
    requestId,
  });
  if (status !== 200) throw new Error(`backup was refused: ${body.message}`);
  return body.executionArn;
}

/** The id of the cluster that has this name now. */
export async function clusterIdOf(account: TestAccount, cluster = 'demo'): Promise<string> {
  const { status, body } = await askUntilAnswered(account, 'GET', `/clusters/${cluster}`);
  if (status !== 200) throw new Error(`there is no cluster ${cluster}: ${body.message}`);
  return body.cluster.clusterId;
}

/** How a run came to its end, and how often it had to be resumed. */
export interface FinishedRun {
  readonly execution: Execution;
  readonly resumes: number;
  readonly failures: readonly string[];
}

/** Follows a run to its end and resumes it whenever it failed, as an operator would. */
export async function finish(account: TestAccount, executionArn: string, maxResumes = 100): Promise<FinishedRun> {
  const failures: string[] = [];
  for (let resumes = 0; ; resumes += 1) {
    const execution = await account.until(account.engine.whenEnded(executionArn));
    if (execution.status === 'SUCCEEDED' || resumes === maxResumes) return { execution, resumes, failures };
    failures.push(`${execution.error}: ${execution.cause?.slice(0, 300)}`);
    await account.clock.advance({ seconds: 5 });
    const { clusterName, runId } = JSON.parse(execution.input);
    const resumed = await askUntilAnswered(account, 'POST', `/clusters/${clusterName}/runs/${runId}/resume`);
    // A resume whose answer was lost has taken effect: the run continues, or is done by now.
    const isResumed = /is running|has succeeded/.test(resumed.body?.message ?? '');
    if (resumed.status !== 200 && !isResumed) throw new Error(`resume was refused: ${resumed.body.message}`);
  }
}
