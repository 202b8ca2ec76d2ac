import type {
  CreateInternetGatewayResult,
  CreateNetworkInterfaceResult,
  CreateRouteTableResult,
  CreateSecurityGroupResult,
  CreateSubnetResult,
  CreateVpcResult,
} from '@aws-sdk/client-ec2';
import { defineEc2Jobs, ec2 } from '../../../../local/cloud/ec2/service.ts';
import { defineLoadBalancerJobs } from '../../../../local/cloud/elasticLoadBalancing/loadBalancerJobs.ts';
import { elasticLoadBalancing } from '../../../../local/cloud/elasticLoadBalancing/service.ts';
import type { World } from '../../../../local/cloud/world.ts';
import { type TestCloud, testCloud, testWorld } from '../../../support/testWorld.ts';

/** EC2 and load balancing over an empty account. */
export function networkCloud(overrides: Partial<Omit<World, 'clock'>> = {}): TestCloud {
  const world = testWorld(overrides);
  defineEc2Jobs(world);
  defineLoadBalancerJobs(world);
  return testCloud([ec2, elasticLoadBalancing], { world });
}

export interface Network {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly internetGatewayId: string;
  readonly groupId: string;
}

/** A VPC 10.0.0.0/16 with an attached internet gateway, one subnet 10.0.0.0/24 in zone a and one security group. */
export async function aNetwork({ call }: TestCloud): Promise<Network> {
  const { Vpc } = await call<CreateVpcResult>('CreateVpc', { CidrBlock: '10.0.0.0/16' });
  const VpcId = Vpc?.VpcId ?? '';
  const { Subnet } = await call<CreateSubnetResult>('CreateSubnet', {
    VpcId,
    CidrBlock: '10.0.0.0/24',
    AvailabilityZone: 'us-east-1a',
  });
  const { InternetGateway } = await call<CreateInternetGatewayResult>('CreateInternetGateway');
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
  await call('AttachInternetGateway', { VpcId, InternetGatewayId });
  const { GroupId } = await call<CreateSecurityGroupResult>('CreateSecurityGroup', {
    VpcId,
    GroupName: 'nodes',
    Description: 'nodes',
  });
  return {
    vpcId: VpcId,
    subnetId: Subnet?.SubnetId ?? '',
    internetGatewayId: InternetGatewayId,
    groupId: GroupId ?? '',
  };
}

export async function anInterface({ call }: TestCloud, input: object): Promise<string> {
  const { NetworkInterface } = await call<CreateNetworkInterfaceResult>('CreateNetworkInterface', input);
  return NetworkInterface?.NetworkInterfaceId ?? '';
}

/** A route table of its own for a subnet. */
export async function aRouteTable({ call }: TestCloud, vpcId: string, subnetId: string): Promise<string> {
  const { RouteTable } = await call<CreateRouteTableResult>('CreateRouteTable', { VpcId: vpcId });
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  await call('AssociateRouteTable', { RouteTableId, SubnetId: subnetId });
  return RouteTableId;
}
