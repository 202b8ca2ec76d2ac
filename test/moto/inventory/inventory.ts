import { identitiesIn } from './identities.ts';
import { loadBalancersIn } from './loadBalancers.ts';
import { machinesIn } from './machines.ts';
import { networkIn } from './network.ts';
import { objectsIn } from './objects.ts';
import type { Account, Resource } from './resource.ts';

/** Everything that an account holds, tagged or not, asked past the product's own clients. */
export async function inventoryOf(account: Account): Promise<Resource[]> {
  return [
    ...(await networkIn(account)),
    ...(await machinesIn(account)),
    ...(await loadBalancersIn(account)),
    ...(await identitiesIn(account)),
    ...(await objectsIn(account)),
  ];
}

/** What is there now and was not there before. */
export function since(before: readonly Resource[], now: readonly Resource[]): Resource[] {
  const known = new Set(before.map(({ id }) => id));
  return now.filter(({ id }) => !known.has(id));
}
