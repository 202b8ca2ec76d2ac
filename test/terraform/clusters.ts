import { readFileSync } from 'node:fs';
import { setTimeout as rest } from 'node:timers/promises';
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { ServedDeployment } from './servedDeployment.ts';

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

const cluster = (name: string, spec: object) => ({
  apiVersion: 'kubestep/v1',
  kind: 'Cluster',
  metadata: { name, environment: 'development', tags: { team: 'platform' } },
  spec: { region: 'us-east-1', zones, kubernetesVersion: '1.36.3', deletionProtection: false, ...spec },
});

/** What the README creates: etcd beside the control plane, flannel, a VPC of its own. docs/terraform.md shows its plan. */
export const stacked = sampleNamed('stacked');

function sampleNamed(name: string) {
  const { spec } = JSON.parse(readFileSync('events/createCluster.json', 'utf8')) as { spec: { metadata: object } };
  return { ...spec, metadata: { ...spec.metadata, name } };
}

/** etcd on machines of its own, calico, interface endpoints, Spot, in a VPC that somebody else owns. */
export const dedicated = (vpc: OwnersVpc) =>
  cluster('dedicated', {
    image: 'ubuntu2404',
    network: {
      vpc: { id: vpc.vpcId, subnets: { private: vpc.privateSubnets } },
      plugin: 'calico',
      calico: { mode: 'vxlan' },
      endpoints: { interface: ['ecr.api', 'ecr.dkr'] },
    },
    etcd: { members: 3, placement: 'dedicated', volume: { type: 'io2', sizeGiB: 50, iops: 4000 } },
    controlPlane: { count: 3, instanceType: 'm7g.large' },
    nodeGroups: [
      { name: 'web', instanceTypes: ['m7g.large'], min: 1, max: 3 },
      {
        name: 'batch',
        instanceTypes: ['m7i.large', 'm7i.xlarge'],
        spot: { percentAboveBase: 100, onDemandBase: 1 },
        min: 0,
        max: 20,
        desired: 2,
      },
    ],
  });

/** A VPC that an operator brings. */
export interface OwnersVpc {
  readonly vpcId: string;
  readonly privateSubnets: readonly string[];
}

/** EC2 shows a new thing a little later, and a NAT gateway works after two minutes of the world. */
const settleMilliseconds = 300;

/** Makes a VPC with a NAT gateway and private subnets in three zones, as its owner would. */
export async function anOwnersVpc({ client }: Pick<ServedDeployment, 'client'>): Promise<OwnersVpc> {
  const ec2 = new EC2Client(client);
  const made = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    const result = await answer;
    await rest(settleMilliseconds);
    return result;
  };
  const { Vpc } = await made(ec2.send(new CreateVpcCommand({ CidrBlock: '10.20.0.0/16' })));
  const VpcId = Vpc?.VpcId;
  await made(ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } })));
  const { InternetGateway } = await made(ec2.send(new CreateInternetGatewayCommand({})));
  const GatewayId = InternetGateway?.InternetGatewayId;
  await made(ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId })));

  const tableTo = async (target: { GatewayId?: string | undefined; NatGatewayId?: string | undefined }) => {
    const { RouteTable } = await made(ec2.send(new CreateRouteTableCommand({ VpcId })));
    const route = { RouteTableId: RouteTable?.RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...target };
    await made(ec2.send(new CreateRouteCommand(route)));
    return RouteTable?.RouteTableId;
  };
  const subnet = async (CidrBlock: string, AvailabilityZone: string | undefined, RouteTableId: string | undefined) => {
    const { Subnet } = await made(ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone })));
    await made(ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: Subnet?.SubnetId })));
    return Subnet?.SubnetId ?? '';
  };
  const publicSubnet = await subnet('10.20.250.0/24', zones[0], await tableTo({ GatewayId }));
  const { AllocationId } = await made(ec2.send(new AllocateAddressCommand({ Domain: 'vpc' })));
  const { NatGateway } = await made(ec2.send(new CreateNatGatewayCommand({ SubnetId: publicSubnet, AllocationId })));
  const privateTable = await tableTo({ NatGatewayId: NatGateway?.NatGatewayId });
  const privateSubnets: string[] = [];
  for (const [index, zone] of zones.entries()) {
    privateSubnets.push(await subnet(`10.20.${10 * index}.0/24`, zone, privateTable));
  }
  ec2.destroy();
  return { vpcId: VpcId ?? '', privateSubnets };
}
