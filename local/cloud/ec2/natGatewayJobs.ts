import type { World } from '../world.ts';
import { addresses, disassociateAddress } from './addresses.ts';
import { deletedJob, forgetLater, forgottenJob, natGateways } from './natGateways.ts';
import { networkInterfaces, removeInterface } from './networkInterfaces.ts';
import { dropTags } from './tags.ts';

/** What the world does by itself with NAT gateways. Called once, when a world is put together. */
export function defineNatGatewayJobs(world: World): void {
  world.jobs.define(deletedJob, (natGatewayId: string) => {
    const row = natGateways(world).get(natGatewayId);
    if (!row?.deletion) return;
    for (const { allocationId, networkInterfaceId } of row.addresses) {
      const address = addresses(world).get(allocationId ?? '');
      if (address) disassociateAddress(world, address);
      if (networkInterfaceId !== undefined && networkInterfaces(world).has(networkInterfaceId)) {
        removeInterface(world, networkInterfaceId);
      }
    }
    natGateways(world).put(natGatewayId, { ...row, deletion: { ...row.deletion, done: true } });
    forgetLater(world, natGatewayId);
  });
  world.jobs.define(forgottenJob, (natGatewayId: string) => {
    natGateways(world).delete(natGatewayId);
    dropTags(world, natGatewayId);
  });
}
