import { addresses, disassociateAddress } from '../ec2/addresses.ts';
import { networkInterfaces, removeInterface } from '../ec2/networkInterfaces.ts';
import type { World } from '../world.ts';
import { loadBalancers } from './loadBalancers.ts';
import { dropTags } from './tags.ts';

const deletedJob = 'elasticLoadBalancing.deleted';
const interfacesGoneJob = 'elasticLoadBalancing.interfacesGone';

/** Lets a balancer disappear after its usual time. */
export function scheduleDeletion(world: World, arn: string): void {
  world.jobs.schedule(deletedJob, world.delays.of('loadBalancerDeleted'), arn);
}

/** What load balancing does by itself later. Called once, when a world is put together. */
export function defineLoadBalancerJobs(world: World): void {
  world.jobs.define(deletedJob, (arn: string) => {
    const row = loadBalancers(world).get(arn);
    if (!row) return;
    loadBalancers(world).delete(arn);
    dropTags(world, arn);
    const interfaceIds = row.nodes.map(({ networkInterfaceId }) => networkInterfaceId);
    // The interfaces outlive their balancer and keep its subnets, groups and gateway from being deleted.
    world.jobs.schedule(interfacesGoneJob, world.delays.of('loadBalancerInterfacesGone'), interfaceIds);
  });
  world.jobs.define(interfacesGoneJob, (interfaceIds: readonly string[]) => {
    for (const id of interfaceIds) if (networkInterfaces(world).has(id)) letGo(world, id);
  });
}

function letGo(world: World, networkInterfaceId: string): void {
  const allocationId = networkInterfaces(world).get(networkInterfaceId)?.publicAddress?.allocationId;
  const address = addresses(world).get(allocationId ?? '');
  if (address) disassociateAddress(world, address);
  removeInterface(world, networkInterfaceId);
}
