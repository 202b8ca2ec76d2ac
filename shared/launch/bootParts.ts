import type { Blueprint, MachineRole } from '../blueprint/blueprint.ts';
import { type MachinePlace, placeName } from '../blueprint/machinePlace.ts';
import type { Plan } from '../blueprint/plan.ts';
import { NotReady } from '../errors.ts';
import { renderUserData } from '../machine/userData.ts';
import { readBundleRow } from '../store/bundles.ts';

/** What machines of a place run at their first boot: where to ask, and for exactly which bundle. */
export async function firstBootOf(
  plan: Plan,
  place: MachinePlace,
): Promise<{ readonly bundle: string; readonly userData: string }> {
  const { cluster } = plan.blueprint;
  const name = placeName(place);
  const row = await readBundleRow(cluster.id, name);
  if (!row) throw new NotReady(`RenderBundles has stored no bundle for ${name} of ${cluster.id}`);
  const userData = renderUserData({
    description: `${cluster.id} ${name}`,
    region: cluster.region,
    nodeApiUrl: plan.facts.deployment.nodeApiUrl,
    sha256: row.sha256,
  });
  return { bundle: row.sha256, userData };
}

/** Name of the instance profile of a kind of machine: the same as its role's. */
export function profileOf({ roles, cluster }: Blueprint, machineRole: MachineRole): string {
  const role = roles.find(({ key }) => key === machineRole);
  if (!role) throw new RangeError(`The blueprint of ${cluster.id} has no role for machines of kind ${machineRole}`);
  return role.name;
}
