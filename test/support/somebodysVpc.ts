import type { Answer, TestAccount } from './embeddedWorld.ts';
import { callAws } from './plants.ts';

/** A VPC that an operator brings. */
export interface SomebodysVpc {
  readonly vpcId: string;
  readonly privateSubnets: readonly string[];
}

export interface NetworkShape {
  /** A further range of the VPC, in which the private subnets lie then. */
  readonly secondary?: string;
  readonly subnetsPerZone?: number;
  readonly prefix?: number;
  /** How many interfaces are in the first private subnet of each zone. */
  readonly addressesInUse?: number;
  readonly wayOut?: 'nat' | 'internet-gateway' | 'none';
  readonly withoutDns?: boolean;
}

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** Makes a VPC with a NAT gateway in a public subnet and private subnets in three zones, as an operator would. */
export async function aNetwork(account: TestAccount, shape: NetworkShape): Promise<SomebodysVpc> {
  const { secondary, subnetsPerZone = 1, prefix = 24, addressesInUse = 0, wayOut = 'nat' } = shape;
  const call = async (operation: string, input: Record<string, unknown>): Promise<Answer> => {
    const answer = await callAws<Answer>(account, `ec2:${operation}`, input);
    // EC2 shows a new thing a little later.
    await account.clock.advance({ seconds: 10 });
    return answer;
  };
  const { Vpc } = await call('CreateVpc', { CidrBlock: '10.20.0.0/16' });
  const VpcId = Vpc.VpcId;
  if (secondary !== undefined) await call('AssociateVpcCidrBlock', { VpcId, CidrBlock: secondary });
  if (shape.withoutDns) await call('ModifyVpcAttribute', { VpcId, EnableDnsSupport: { Value: false } });
  const { InternetGateway } = await call('CreateInternetGateway', {});
  const GatewayId = InternetGateway.InternetGatewayId;
  await call('AttachInternetGateway', { InternetGatewayId: GatewayId, VpcId });

  const routedTo = async (route: object | undefined) => {
    const { RouteTable } = await call('CreateRouteTable', { VpcId });
    const { RouteTableId } = RouteTable;
    if (route) await call('CreateRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...route });
    return RouteTableId;
  };
  const subnet = async (CidrBlock: string, AvailabilityZone: string, RouteTableId: string): Promise<string> => {
    const { Subnet } = await call('CreateSubnet', { VpcId, CidrBlock, AvailabilityZone });
    await call('AssociateRouteTable', { RouteTableId, SubnetId: Subnet.SubnetId });
    return Subnet.SubnetId;
  };

  const publicTable = await routedTo({ GatewayId });
  const publicSubnet = await subnet('10.20.250.0/24', 'us-east-1a', publicTable);
  const privateTable =
    wayOut === 'internet-gateway'
      ? publicTable
      : await routedTo(wayOut === 'nat' ? await natIn(publicSubnet) : undefined);
  const base = secondary?.split('.').slice(0, 2).join('.') ?? '10.20';
  const privateSubnets: string[] = [];
  for (const [index, zone] of zones.entries()) {
    for (let nth = 0; nth < subnetsPerZone; nth += 1)
      privateSubnets.push(await subnet(`${base}.${10 * index + nth}.0/${prefix}`, zone, privateTable));
    for (let nth = 0; nth < addressesInUse; nth += 1)
      await call('CreateNetworkInterface', { SubnetId: privateSubnets.at(-subnetsPerZone) });
  }
  await account.clock.advance({ minutes: 1 });
  return { vpcId: VpcId, privateSubnets };

  async function natIn(SubnetId: string): Promise<object> {
    const { AllocationId } = await call('AllocateAddress', { Domain: 'vpc' });
    const { NatGateway } = await call('CreateNatGateway', { SubnetId, AllocationId });
    await account.clock.advance({ minutes: 4 });
    return { NatGatewayId: NatGateway.NatGatewayId };
  }
}
