import { securityGroups } from '../../local/cloud/ec2/securityGroups.ts';
import { subnets } from '../../local/cloud/ec2/subnets.ts';
import { tagsOf } from '../../local/cloud/ec2/tags.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import { persistentVolumes } from '../../local/machines/simulated/machineRows.ts';
import type { TestAccount } from './embeddedWorld.ts';

/** A call as the account's administrator; the answer. */
export async function callAws<Output>(
  account: TestAccount,
  named: string,
  input: Record<string, unknown>,
): Promise<Output> {
  const [service = '', operation = ''] = named.split(':');
  const principal = administratorOf(account.world);
  return account.until(account.cloud.call({ principal, service, operation, input }) as Promise<Output>);
}

type Tags = Readonly<Record<string, string>>;

const list = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const specification = (ResourceType: string, tags: Tags) => [{ ResourceType, Tags: list(tags) }];

async function plantVolume(account: TestAccount, tags: Tags, encryption: object = {}): Promise<string> {
  const { VolumeId } = await callAws<{ VolumeId: string }>(account, 'ec2:CreateVolume', {
    AvailabilityZone: 'us-east-1a',
    Size: 10,
    VolumeType: 'gp3',
    ...encryption,
    TagSpecifications: specification('volume', tags),
  });
  return VolumeId;
}

async function plantGroup(account: TestAccount, GroupName: string, VpcId: string, tags: Tags): Promise<string> {
  const { GroupId } = await callAws<{ GroupId: string }>(account, 'ec2:CreateSecurityGroup', {
    GroupName,
    VpcId,
    Description: 'planted',
    TagSpecifications: specification('security-group', tags),
  });
  return GroupId;
}

async function plantBalancer(account: TestAccount, Name: string, subnetId: string, tags: Tags): Promise<string> {
  const { LoadBalancers } = await callAws<{ LoadBalancers: { LoadBalancerArn: string }[] }>(
    account,
    'elasticloadbalancing:CreateLoadBalancer',
    { Name, Type: 'network', Scheme: 'internal', Subnets: [subnetId], Tags: list(tags) },
  );
  return LoadBalancers[0]?.LoadBalancerArn ?? '';
}

const deployment = 'kubestep-dev-us-east-1';

/** A claim's volume as the EBS CSI driver makes it, and what Kubernetes knows of it. */
export async function plantClaimVolume(
  account: TestAccount,
  clusterId: string,
  reclaimPolicy: 'Retain' | 'Delete',
): Promise<string> {
  const tags = {
    'ebs.csi.aws.com/cluster': 'true',
    'kubestep.io/deployment': deployment,
    [`kubernetes.io/cluster/${clusterId}`]: 'owned',
  };
  const volumeId = await plantVolume(account, tags, withKeyOf(clusterId));
  persistentVolumes(account.world).put(volumeId, { clusterId, volumeId, reclaimPolicy });
  return volumeId;
}

/** How the default StorageClass has volumes encrypted. */
export const withKeyOf = (clusterId: string) => ({
  Encrypted: true,
  KmsKeyId: `alias/kubestep/${deployment}/${clusterId}/volumes`,
});

/** What a cluster's own controllers make while it lives: what goes with it, and what a claim asked to keep. */
export async function plantKubernetesResources(account: TestAccount, clusterId: string) {
  const { world } = account;
  const owned = { [`kubernetes.io/cluster/${clusterId}`]: 'owned' };
  const ofDriver = { ...owned, 'ebs.csi.aws.com/cluster': 'true', 'kubestep.io/deployment': deployment };
  const subnet = [...subnets(world).rows()].find(
    ({ subnetId }) => tagsOf(world, subnetId)['kubestep/cluster'] === clusterId,
  );
  const workers = [...securityGroups(world).rows()].find(({ groupName }) => groupName === `${clusterId}-workers`);
  if (!subnet || !workers) throw new Error(`${clusterId} has no subnet or no group of workers`);

  const group = await plantGroup(account, 'k8s-elb-a1b2c3', subnet.vpcId, owned);
  // As the cloud controller manager lets its balancer into the workers.
  await callAws(account, 'ec2:AuthorizeSecurityGroupIngress', {
    GroupId: workers.groupId,
    IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: group }] }],
  });
  const gone = [
    group,
    await plantVolume(account, ofDriver, withKeyOf(clusterId)),
    await plantBalancer(account, 'a1b2c3', subnet.subnetId, { ...owned, 'kubernetes.io/service-name': 'default/web' }),
  ];
  const kept = [await plantVolume(account, { ...ofDriver, 'kubestep/keep': 'true' }, withKeyOf(clusterId))];
  await account.clock.advance({ minutes: 5 });
  return { gone, kept };
}

/** What only looks like the cluster's: tags of another cluster, or ours on things that we do not make like this. */
export async function plantLookAlikes(account: TestAccount, clusterId: string): Promise<string[]> {
  const ours = { 'kubestep/cluster': clusterId };
  const others = {
    'kubernetes.io/cluster/demo-other': 'owned',
    'ebs.csi.aws.com/cluster': 'true',
    'kubestep.io/deployment': deployment,
  };
  const { Vpc } = await callAws<{ Vpc: { VpcId: string } }>(account, 'ec2:CreateVpc', {
    CidrBlock: '10.99.0.0/16',
    TagSpecifications: specification('vpc', { 'kubestep/cluster': 'demo-other', 'kubestep/resource': 'vpc/main' }),
  });
  const { Subnet } = await callAws<{ Subnet: { SubnetId: string } }>(account, 'ec2:CreateSubnet', {
    VpcId: Vpc.VpcId,
    CidrBlock: '10.99.0.0/20',
    AvailabilityZone: 'us-east-1a',
  });
  const { KeyMetadata } = await callAws<{ KeyMetadata: { KeyId: string } }>(account, 'kms:CreateKey', {
    Tags: list({ ...ours, 'kubestep/resource': 'key/kubernetes-ca' }).map(({ Key, Value }) => ({
      TagKey: Key,
      TagValue: Value,
    })),
  });
  const roleName = `${clusterId}-us-east-1-planted`;
  await callAws(account, 'iam:CreateRole', {
    RoleName: roleName,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    }),
    Tags: list({ ...ours, 'kubestep/resource': 'role/master' }),
  });
  const planted = [
    Vpc.VpcId,
    Subnet.SubnetId,
    KeyMetadata.KeyId,
    roleName,
    await plantVolume(account, others),
    // A StorageClass may say which tags its volumes get.
    await plantVolume(account, { ...ours, 'kubestep/resource': 'volume/master-0', 'ebs.csi.aws.com/cluster': 'true' }),
    await plantGroup(account, 'look-alike', Vpc.VpcId, { ...ours, 'kubestep/resource': 'security-group/masters' }),
    await plantBalancer(account, 'look-alike', Subnet.SubnetId, { ...ours, 'kubestep/resource': 'load-balancer/api' }),
  ];
  await account.clock.advance({ minutes: 5 });
  return planted;
}

/** What somebody who may tag things has dressed in every tag of the cluster; each is what it was, and somebody else's. */
export async function plantStrangers(account: TestAccount, clusterId: string): Promise<Record<string, string>> {
  const all = (resource: string) => ({
    'kubestep/deployment': deployment,
    'kubestep/cluster': clusterId,
    'kubestep/resource': resource,
  });
  const call = <Output>(named: string, input: object) => callAws<Output>(account, named, { ...input });
  const { Vpc } = await call<{ Vpc: { VpcId: string } }>('ec2:CreateVpc', {
    CidrBlock: '10.98.0.0/16',
    TagSpecifications: specification('vpc', all('vpc/main')),
  });
  const { VpcId } = Vpc;
  const { Subnet } = await call<{ Subnet: { SubnetId: string } }>('ec2:CreateSubnet', {
    VpcId,
    CidrBlock: '10.98.0.0/20',
    AvailabilityZone: 'us-east-1a',
    TagSpecifications: specification('subnet', all('subnet/private-us-east-1a')),
  });
  const { SubnetId } = Subnet;
  const { InternetGateway } = await call<{ InternetGateway: { InternetGatewayId: string } }>(
    'ec2:CreateInternetGateway',
    { TagSpecifications: specification('internet-gateway', all('internet-gateway/main')) },
  );
  const { RouteTable } = await call<{ RouteTable: { RouteTableId: string } }>('ec2:CreateRouteTable', {
    VpcId,
    TagSpecifications: specification('route-table', all('route-table/public')),
  });
  const { AllocationId } = await call<{ AllocationId: string }>('ec2:AllocateAddress', {
    Domain: 'vpc',
    TagSpecifications: specification('elastic-ip', all('elastic-ip/us-east-1a')),
  });
  const { NetworkInterface } = await call<{ NetworkInterface: { NetworkInterfaceId: string } }>(
    'ec2:CreateNetworkInterface',
    { SubnetId, TagSpecifications: specification('network-interface', all('network-interface/master-0')) },
  );
  const { Images } = await call<{ Images: { ImageId: string }[] }>('ec2:DescribeImages', {
    Filters: [{ Name: 'architecture', Values: ['arm64'] }],
  });
  const { Instances } = await call<{ Instances: { InstanceId: string }[] }>('ec2:RunInstances', {
    ImageId: Images[0]?.ImageId,
    InstanceType: 'm7g.large',
    MinCount: 1,
    MaxCount: 1,
    SubnetId,
    TagSpecifications: specification('instance', all('instance/master-0')),
  });
  const { KeyMetadata } = await call<{ KeyMetadata: { KeyId: string } }>('kms:CreateKey', {
    Tags: list(all('key/kubernetes-ca')).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
  });
  await account.clock.advance({ minutes: 1 });
  await call('kms:CreateAlias', {
    AliasName: `alias/kubestep/${deployment}/${clusterId}/old-ca`,
    TargetKeyId: KeyMetadata.KeyId,
  });
  const owned = { [`kubernetes.io/cluster/${clusterId}`]: 'owned' };
  const planted = {
    vpc: VpcId,
    subnet: SubnetId,
    gateway: InternetGateway.InternetGatewayId,
    table: RouteTable.RouteTableId,
    address: AllocationId,
    interface: NetworkInterface.NetworkInterfaceId,
    instance: Instances[0]?.InstanceId ?? '',
    key: KeyMetadata.KeyId,
    volume: await plantVolume(account, all('volume/master-0')),
    claim: await plantVolume(account, {
      ...owned,
      'ebs.csi.aws.com/cluster': 'true',
      'kubestep.io/deployment': deployment,
    }),
    balancer: await plantBalancer(account, 'billing', SubnetId, {
      ...owned,
      'kubernetes.io/service-name': 'default/web',
    }),
  };
  await account.clock.advance({ minutes: 5 });
  return planted;
}
