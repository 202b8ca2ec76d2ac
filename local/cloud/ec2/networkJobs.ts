import type { World } from '../world.ts';
import { defineNatGatewayJobs } from './natGateways.ts';
import { defineAttachmentJobs } from './networkInterfaceAttachments.ts';
import { defineVpcEndpointJobs } from './vpcEndpoints.ts';

/** What EC2's network does by itself later. Called once, when a world is put together. */
export function defineNetworkJobs(world: World): void {
  defineAttachmentJobs(world);
  defineNatGatewayJobs(world);
  defineVpcEndpointJobs(world);
}
