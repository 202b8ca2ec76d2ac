import { anAccount, type Snapshot, snapshotOf, type TestAccount, type TestAccountOptions } from './embeddedWorld.ts';
import { finish, startCreate } from './runs.ts';
import { stateOf, type WorldState } from './worldState.ts';

/** What a test file starts from again and again: made once in each process. */
const made: { empty?: Promise<Snapshot>; standing?: Promise<Snapshot>; calm?: Promise<WorldState> } = {};

/** An account with the stack deployed and nothing else. */
export async function anEmptyAccount(options: Omit<TestAccountOptions, 'from'> = {}): Promise<TestAccount> {
  made.empty ??= anAccount().then(snapshotOf);
  return anAccount({ ...options, from: await made.empty });
}

/** The same instant as every account of `anEmptyAccount` starts from. */
export async function emptySnapshot(): Promise<Snapshot> {
  return snapshotOf(await anEmptyAccount());
}

/** An account in which the cluster `demo` was created an hour ago. */
export async function anAccountWithCluster(options: Omit<TestAccountOptions, 'from'> = {}): Promise<TestAccount> {
  made.standing ??= standing();
  return anAccount({ ...options, from: await made.standing });
}

async function standing(): Promise<Snapshot> {
  const account = await anEmptyAccount();
  const { execution } = await finish(account, await startCreate(account), 0);
  if (execution.status !== 'SUCCEEDED')
    throw new Error(`the calm creation failed: ${execution.error} ${execution.cause}`);
  await account.clock.advance({ hours: 1 });
  return snapshotOf(account);
}

/** What a creation without any fault leaves, once the world has become quiet: what every other one is compared with. */
export async function calmCreation(): Promise<WorldState> {
  made.calm ??= anAccountWithCluster().then(stateWhenQuiet);
  return made.calm;
}

/** The account's state three hours on: ended instances are shown for one. */
export async function stateWhenQuiet(account: TestAccount): Promise<WorldState> {
  await account.clock.advance({ hours: 3 });
  return stateOf(account.world.tables);
}
