import type {
  CreateSecurityGroupResult,
  CreateSubnetResult,
  CreateVolumeRequest,
  CreateVpcResult,
  Reservation,
  Volume,
} from '@aws-sdk/client-ec2';
import type { CreateLoadBalancerOutput, CreateTargetGroupOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { publicImages } from '../../../local/cloud/ec2/images.ts';
import type { HealthCheck } from '../../../local/cloud/machinePort.ts';
import type { Ec2 } from './devices.ts';
import type { TestMachine } from './harness.ts';
import { httpPort, silentPort, tcpPort, userData } from './standIn.ts';

const zone = 'us-east-1a';
const instanceType = 'm7g.large';

/** A VPC whose balancer checks the machines in it. */
export interface TestNetwork {
  launch(): Promise<TestMachine>;
  /** Lets the balancer check an address from now on. */
  check(check: HealthCheck): Promise<void>;
}

/** Makes one: two subnets of a zone, one security group that lets its own members in, a balancer with a group for each check. */
export async function networkOf({ call }: Pick<Ec2, 'call'>): Promise<TestNetwork> {
  const elb = <Output>(operation: string, input: object) => call<Output>(`elasticloadbalancing:${operation}`, input);

  const { Vpc } = await call<CreateVpcResult>('CreateVpc', { CidrBlock: '10.0.0.0/16' });
  const VpcId = Vpc?.VpcId ?? '';
  const subnet = async (CidrBlock: string) => {
    const { Subnet } = await call<CreateSubnetResult>('CreateSubnet', { VpcId, CidrBlock, AvailabilityZone: zone });
    return Subnet?.SubnetId ?? '';
  };
  const [SubnetId, secondSubnetId] = [await subnet('10.0.0.0/24'), await subnet('10.0.1.0/24')];
  const group = { VpcId, GroupName: 'machines', Description: 'machines' };
  const { GroupId = '' } = await call<CreateSecurityGroupResult>('CreateSecurityGroup', group);
  const IpPermissions = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }];
  await call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });

  const { LoadBalancers } = await elb<CreateLoadBalancerOutput>('CreateLoadBalancer', {
    Name: 'checks',
    Type: 'network',
    Scheme: 'internal',
    Subnets: [SubnetId],
    SecurityGroups: [GroupId],
  });
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;

  async function targetGroup({ port: Port, protocol, path }: Omit<HealthCheck, 'vpcId' | 'address'>) {
    const { TargetGroups } = await elb<CreateTargetGroupOutput>('CreateTargetGroup', {
      Name: `port-${Port}`,
      Protocol: 'TCP',
      Port,
      VpcId,
      TargetType: 'ip',
      HealthCheckProtocol: protocol,
      ...(path !== undefined && { HealthCheckPath: path }),
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    });
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
    const DefaultActions = [{ Type: 'forward', TargetGroupArn }];
    await elb('CreateListener', { LoadBalancerArn, Protocol: 'TCP', Port, DefaultActions });
    return TargetGroupArn;
  }
  const checks = [
    { port: httpPort, protocol: 'HTTP', path: '/' },
    { port: tcpPort, protocol: 'TCP' },
    { port: silentPort, protocol: 'TCP' },
  ] as const;
  const groups = new Map<number, string>();
  for (const each of checks) groups.set(each.port, await targetGroup(each));

  const check = ({ address: Id, port: Port }: HealthCheck) =>
    elb<void>('RegisterTargets', { TargetGroupArn: groups.get(Port), Targets: [{ Id, Port }] });

  return {
    check,
    async launch() {
      const image = publicImages.find(({ architecture }) => architecture === 'arm64');
      const { Instances } = await call<Reservation>('RunInstances', {
        ImageId: image?.id,
        InstanceType: instanceType,
        MinCount: 1,
        MaxCount: 1,
        UserData: Buffer.from(userData).toString('base64'),
        NetworkInterfaces: [{ DeviceIndex: 0, SubnetId, Groups: [GroupId] }],
      });
      const [{ InstanceId: instanceId = '', PrivateIpAddress: address = '' } = {}] = Instances ?? [];
      const size: CreateVolumeRequest = { AvailabilityZone: zone, Size: 1, VolumeType: 'gp3' };
      const { VolumeId: volumeId = '' } = await call<Volume>('CreateVolume', size);
      const [overHttp, overTcp, silent] = checks.map((each) => ({ vpcId: VpcId, address, ...each }));
      if (!overHttp || !overTcp || !silent) throw new Error('a check is missing');
      for (const each of [overHttp, overTcp, silent]) await check(each);
      return {
        instance: {
          instanceId,
          instanceType,
          architecture: 'arm64',
          imageId: image?.id ?? '',
          zone,
          privateIpAddress: address,
          userData: Buffer.from(userData).toString('base64'),
          instanceProfileArn: undefined,
        },
        overHttp,
        overTcp,
        silent,
        volumeId,
        secondSubnetId,
      };
    },
  };
}
