import type {
  CreateListenerOutput,
  CreateLoadBalancerOutput,
  CreateTargetGroupOutput,
  DescribeTargetHealthOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { publicImages } from '../../../../local/cloud/ec2/images.ts';
import type { HealthCheck } from '../../../../local/cloud/machinePort.ts';
import { inertMachines, type TestCloud } from '../../../support/testWorld.ts';
import { aNetwork, anInterface, type Network, networkCloud } from '../ec2Network/network.ts';

/** Since when each address serves, as a test says. */
export type Serving = Map<string, number>;

export interface BalancedCloud extends TestCloud {
  readonly serving: Serving;
  readonly network: Network;
  /** A call of load balancing, not of EC2. */
  elb<Output>(operation: string, input?: object): Promise<Output>;
}

/** A network whose machines serve as the test says. */
export async function aBalancedCloud(): Promise<BalancedCloud> {
  const serving: Serving = new Map();
  const servingSince = ({ address }: HealthCheck) => serving.get(address);
  const cloud = networkCloud({ machines: { ...inertMachines, servingSince } });
  const elb: BalancedCloud['elb'] = (operation, input) => cloud.call(`elasticloadbalancing:${operation}`, input);
  return { ...cloud, elb, serving, network: await aNetwork(cloud) };
}

export interface Balancer {
  readonly arn: string;
  readonly dnsName: string;
  readonly groupArn: string;
  readonly listenerArn: string;
}

/** An internal network load balancer `api` that forwards port 6443 to a group of addresses, checked every 10 s, twice. */
export async function aBalancer({ elb, network }: BalancedCloud, settings: object = {}): Promise<Balancer> {
  const created = await elb<CreateLoadBalancerOutput>('CreateLoadBalancer', {
    Name: 'api',
    Type: 'network',
    Scheme: 'internal',
    Subnets: [network.subnetId],
    SecurityGroups: [network.groupId],
    ...settings,
  });
  const [balancer] = created.LoadBalancers ?? [];
  const { TargetGroups } = await elb<CreateTargetGroupOutput>('CreateTargetGroup', {
    Name: 'api',
    Protocol: 'TCP',
    Port: 6443,
    VpcId: network.vpcId,
    TargetType: 'ip',
    HealthCheckProtocol: 'HTTPS',
    HealthCheckPath: '/readyz',
    HealthCheckIntervalSeconds: 10,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
  });
  const groupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  const { Listeners } = await elb<CreateListenerOutput>('CreateListener', {
    LoadBalancerArn: balancer?.LoadBalancerArn,
    Protocol: 'TCP',
    Port: 6443,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: groupArn }],
  });
  return {
    arn: balancer?.LoadBalancerArn ?? '',
    dnsName: balancer?.DNSName ?? '',
    groupArn,
    listenerArn: Listeners?.[0]?.ListenerArn ?? '',
  };
}

/** A running machine at an address, in a group that lets the group itself in on port 6443. */
export async function aMaster(cloud: BalancedCloud, PrivateIpAddress: string): Promise<string> {
  const { subnetId: SubnetId, groupId } = cloud.network;
  const NetworkInterfaceId = await anInterface(cloud, { SubnetId, Groups: [groupId], PrivateIpAddress });
  await cloud.call('RunInstances', {
    ImageId: publicImages.find(({ architecture }) => architecture === 'arm64')?.id,
    InstanceType: 't4g.medium',
    MinCount: 1,
    MaxCount: 1,
    NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId }],
  });
  return NetworkInterfaceId;
}

export function openPort(cloud: BalancedCloud) {
  const GroupId = cloud.network.groupId;
  const permission = { IpProtocol: 'tcp', FromPort: 6443, ToPort: 6443, UserIdGroupPairs: [{ GroupId }] };
  return cloud.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [permission] });
}

/** State and reason of each target: `initial Elb.RegistrationInProgress`. */
export async function healthOf({ elb }: BalancedCloud, TargetGroupArn: string): Promise<string[]> {
  const { TargetHealthDescriptions } = await elb<DescribeTargetHealthOutput>('DescribeTargetHealth', {
    TargetGroupArn,
  });
  return (TargetHealthDescriptions ?? []).map(({ TargetHealth: health }) =>
    [health?.State, health?.Reason].filter((part) => part !== undefined).join(' '),
  );
}
