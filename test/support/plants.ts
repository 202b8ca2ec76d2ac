import { securityGroups } from '../../local/cloud/ec2/securityGroups.ts';
import { subnets } from '../../local/cloud/ec2/subnets.ts';
import { tagsOf } from '../../local/cloud/ec2/tags.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
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

async function plantVolume(account: TestAccount, tags: Tags): Promise<string> {
  const { VolumeId } = await callAws<{ VolumeId: string }>(account, 'ec2:CreateVolume', {
    AvailabilityZone: 'us-east-1a',
    Size: 10,
    VolumeType: 'gp3',
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

/** What a cluster's own controllers make while it lives: what goes with it, and what a claim asked to keep. */
export async function plantKubernetesResources(account: TestAccount, clusterId: string) {
  const { world } = account;
  const owned = { [`kubernetes.io/cluster/${clusterId}`]: 'owned' };
  const ofDriver = { ...owned, 'ebs.csi.aws.com/cluster': 'true' };
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
    await plantVolume(account, ofDriver),
    await plantBalancer(account, 'a1b2c3', subnet.subnetId, { ...owned, 'kubernetes.io/service-name': 'default/web' }),
  ];
  const kept = [await plantVolume(account, { ...ofDriver, 'kubestep/keep': 'true' })];
  await account.clock.advance({ minutes: 5 });
  return { gone, kept };
}

/** What only looks like the cluster's: tags of another cluster, or ours on things that we do not make like this. */
export async function plantLookAlikes(account: TestAccount, clusterId: string): Promise<string[]> {
  const ours = { 'kubestep/cluster': clusterId };
  const others = { 'kubernetes.io/cluster/demo-other': 'owned', 'ebs.csi.aws.com/cluster': 'true' };
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
