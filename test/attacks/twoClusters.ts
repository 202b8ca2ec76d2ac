import {
  anAccount,
  type Snapshot,
  snapshotOf,
  type TestAccount,
  type TestAccountOptions,
} from '../support/embeddedWorld.ts';
import { clusterIdOf, demoSpec, finish, startCreate } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';

/** An account with two clusters: what one of them may do to the other. */
export interface TwoClusters {
  readonly account: TestAccount;
  /** The id of `demo`. */
  readonly own: string;
  /** The id of `other`. */
  readonly other: string;
}

let made: Promise<Snapshot> | undefined;

export async function twoClusters(options: Omit<TestAccountOptions, 'from'> = {}): Promise<TwoClusters> {
  made ??= makeBoth();
  const account = await anAccount({ ...options, from: await made });
  return { account, own: await clusterIdOf(account), other: await clusterIdOf(account, 'other') };
}

async function makeBoth(): Promise<Snapshot> {
  const account = await anAccountWithCluster();
  const spec = { ...demoSpec, metadata: { ...(demoSpec.metadata as object), name: 'other' } };
  const { execution } = await finish(account, await startCreate(account, spec, 'create-other'), 0);
  if (execution.status !== 'SUCCEEDED') throw new Error(`the second creation failed: ${execution.cause}`);
  await account.clock.advance({ hours: 1 });
  return snapshotOf(account);
}
