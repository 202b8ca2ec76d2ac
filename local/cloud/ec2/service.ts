import type { Service } from '../operation.ts';
import type { World } from '../world.ts';
import * as addressOperations from './addressOperations.ts';
import * as createNatGateway from './createNatGateway.ts';
import * as createVpcEndpoint from './createVpcEndpoint.ts';
import * as describeAvailabilityZones from './describeAvailabilityZones.ts';
import * as describeInstanceOperations from './describeInstanceOperations.ts';
import * as describeInstanceTopology from './describeInstanceTopology.ts';
import * as describePrefixLists from './describePrefixLists.ts';
import * as describeRegions from './describeRegions.ts';
import * as describeVpcEndpointServices from './describeVpcEndpointServices.ts';
import * as getConsoleOutput from './getConsoleOutput.ts';
import * as imageOperations from './imageOperations.ts';
import * as instanceAttributeOperations from './instanceAttributeOperations.ts';
import { defineInstanceJobs } from './instanceJobs.ts';
import * as instanceStateOperations from './instanceStateOperations.ts';
import * as instanceTypeOperations from './instanceTypeOperations.ts';
import * as internetGatewayOperations from './internetGatewayOperations.ts';
import * as launchTemplateOperations from './launchTemplateOperations.ts';
import * as launchTemplateVersionOperations from './launchTemplateVersionOperations.ts';
import { defineNatGatewayJobs } from './natGatewayJobs.ts';
import * as natGatewayOperations from './natGatewayOperations.ts';
import { defineNetworkInterfaceAttachmentJobs } from './networkInterfaceAttachmentJobs.ts';
import * as networkInterfaceAttachmentOperations from './networkInterfaceAttachmentOperations.ts';
import * as networkInterfaceOperations from './networkInterfaceOperations.ts';
import { bucketOf } from './requestBuckets.ts';
import * as routeOperations from './routeOperations.ts';
import * as routeTableAssociationOperations from './routeTableAssociationOperations.ts';
import * as routeTableOperations from './routeTableOperations.ts';
import * as runInstances from './runInstances.ts';
import * as securityGroupOperations from './securityGroupOperations.ts';
import * as securityGroupRuleOperations from './securityGroupRuleOperations.ts';
import * as subnetOperations from './subnetOperations.ts';
import * as tagOperations from './tagOperations.ts';
import { defineVolumeAttachmentJobs } from './volumeAttachmentJobs.ts';
import * as volumeAttachmentOperations from './volumeAttachmentOperations.ts';
import { defineVolumeJobs } from './volumeJobs.ts';
import * as volumeModificationOperations from './volumeModificationOperations.ts';
import * as volumeOperations from './volumeOperations.ts';
import * as vpcAttributeOperations from './vpcAttributeOperations.ts';
import { defineVpcEndpointJobs } from './vpcEndpointJobs.ts';
import * as vpcEndpointOperations from './vpcEndpointOperations.ts';
import * as vpcOperations from './vpcOperations.ts';

/** Milliseconds from call to answer (observed: ec2-boot-bench 2021 for RunInstances; else estimated). */
const latency = { describe: 150, mutate: 400, runInstances: 1500 };

/** Amazon EC2 with its network. */
export const ec2: Service = {
  name: 'ec2',
  operations: {
    ...addressOperations,
    ...createNatGateway,
    ...createVpcEndpoint,
    ...describeAvailabilityZones,
    ...describeInstanceOperations,
    ...describeInstanceTopology,
    ...describePrefixLists,
    ...describeRegions,
    ...describeVpcEndpointServices,
    ...getConsoleOutput,
    ...imageOperations,
    ...instanceAttributeOperations,
    ...instanceStateOperations,
    ...instanceTypeOperations,
    ...internetGatewayOperations,
    ...launchTemplateOperations,
    ...launchTemplateVersionOperations,
    ...natGatewayOperations,
    ...networkInterfaceAttachmentOperations,
    ...networkInterfaceOperations,
    ...routeOperations,
    ...routeTableAssociationOperations,
    ...routeTableOperations,
    ...runInstances,
    ...securityGroupOperations,
    ...securityGroupRuleOperations,
    ...subnetOperations,
    ...tagOperations,
    ...volumeAttachmentOperations,
    ...volumeModificationOperations,
    ...volumeOperations,
    ...vpcAttributeOperations,
    ...vpcEndpointOperations,
    ...vpcOperations,
  },
  errors: {
    missingParameter: 'MissingParameter',
    invalidParameter: 'InvalidParameterValue',
    accessDenied: 'UnauthorizedOperation',
    throttled: 'RequestLimitExceeded',
  },
  bucketOf,
  latencyOf: (operation) => {
    if (operation.startsWith('Describe')) return latency.describe;
    return operation === 'RunInstances' ? latency.runInstances : latency.mutate;
  },
};

/** What EC2 does by itself later. Called once, when a world is put together. */
export function defineEc2Jobs(world: World): void {
  defineNetworkInterfaceAttachmentJobs(world);
  defineNatGatewayJobs(world);
  defineVpcEndpointJobs(world);
  defineInstanceJobs(world);
  defineVolumeAttachmentJobs(world);
  defineVolumeJobs(world);
}
