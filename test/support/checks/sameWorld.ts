import type { TestAccount } from '../embeddedWorld.ts';
import { calmCreation, stateWhenQuiet } from '../standingCluster.ts';
import { difference } from '../worldState.ts';

/** In what the account differs from one in which the same cluster was created without any fault. */
export async function sameWorld(account: TestAccount): Promise<string[]> {
  const { missing, extra } = difference(await calmCreation(), await stateWhenQuiet(account));
  return [
    ...missing.map((line) => `missing ${line.slice(0, 300)}`),
    ...extra.map((line) => `extra ${line.slice(0, 300)}`),
  ];
}
