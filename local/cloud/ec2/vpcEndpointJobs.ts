import type { World } from '../world.ts';
import { networkInterfaces, removeInterface } from './networkInterfaces.ts';
import { dropTags } from './tags.ts';
import { vpcEndpoints } from './vpcEndpoints.ts';

export const vpcEndpointDeletedJob = 'ec2.vpcEndpointDeleted';

/** What the world does by itself with endpoints. Called once, when a world is put together. */
export function defineVpcEndpointJobs(world: World): void {
  world.jobs.define(vpcEndpointDeletedJob, (vpcEndpointId: string) => {
    const endpoint = vpcEndpoints(world).get(vpcEndpointId);
    if (!endpoint) return;
    for (const id of endpoint.networkInterfaceIds) {
      if (networkInterfaces(world).has(id)) removeInterface(world, id);
    }
    vpcEndpoints(world).delete(vpcEndpointId);
    dropTags(world, vpcEndpointId);
  });
}
