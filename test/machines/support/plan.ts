import { openServedMachines } from '../../../cli/localMachines.ts';
import { ask } from '../../../cli/target.ts';
import type { Blueprint } from '../../../shared/blueprint/blueprint.ts';
import type { Plan } from '../../../shared/blueprint/plan.ts';
import { world } from './cluster.ts';
import type { TestWorld } from './world.ts';

/** The plan that a cluster follows, as the deployment returns it. */
export async function planOf(name: string, { folder }: TestWorld = world): Promise<Plan> {
  const target = await openServedMachines(folder);
  if (!target) throw new Error(`Nobody serves the world in ${folder}.`);
  const { plan } = await ask<{ plan: Plan }>(target, { method: 'GET', path: `/clusters/${name}/plan` });
  return plan;
}

/** What a cluster was made from. */
export const blueprintOf = async (name: string, where?: TestWorld): Promise<Blueprint> =>
  (await planOf(name, where)).blueprint;
