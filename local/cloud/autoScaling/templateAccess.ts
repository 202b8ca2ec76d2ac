import { accessToLaunch } from '../ec2/launchAccess.ts';
import type { Access } from '../operation.ts';
import type { World } from '../world.ts';
import { type GroupLaunch, launchChoices } from './groupLaunch.ts';
import { groupParameters } from './groupParameters.ts';
import type { GroupRow } from './groups.ts';

interface Launching {
  readonly launch: GroupLaunch;
  readonly tags: GroupRow['tags'];
  readonly subnetIds: readonly string[];
  readonly zones: readonly string[];
}

/** The caller that makes a group launch from a template must have the right to launch it themselves (source: Auto Scaling user guide, "Launch template support"). */
export function accessToTemplates(world: World, group: Launching): Access[] {
  return launchChoices(world, group.launch).flatMap((choice) =>
    group.zones.flatMap((zone) =>
      accessToLaunch(
        world,
        groupParameters(world, group, { choice, market: 'on-demand', zone }),
        choice.template.templateId,
      ),
    ),
  );
}
