import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRegionsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { aServedAccount, type ServedAccount } from './servedAccount.ts';

let account: ServedAccount;
beforeAll(async () => {
  account = await aServedAccount();
});
afterAll(() => account.close());

const tags = (ResourceType: 'vpc', Value: string) => [{ ResourceType, Tags: [{ Key: 'name', Value }] }];

describe('EC2', () => {
  const ec2 = () => new EC2Client(account.client);

  test('VPCs are made with tags, found by filter and paged', async () => {
    const made: string[] = [];
    for (const name of ['a', 'b', 'c & <d>', 'e', 'f', 'g']) {
      const TagSpecifications = tags('vpc', name);
      const quota = made.length >= 5;
      const creation = ec2().send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', TagSpecifications }));
      if (quota) await expect(creation).rejects.toMatchObject({ name: 'VpcLimitExceeded' });
      else made.push(String((await creation).Vpc?.VpcId));
    }
    const Filters = [{ Name: 'tag:name', Values: ['a', 'c & <d>'] }];
    const found = await ec2().send(new DescribeVpcsCommand({ Filters }));
    expect(found.Vpcs?.map(({ VpcId }) => VpcId).toSorted()).toEqual([made[0], made[2]].toSorted());
    expect(found.Vpcs?.[0]?.IsDefault).toBe(false);

    const paged = [];
    for await (const page of paginateDescribeVpcs({ client: ec2(), pageSize: 5 }, {})) paged.push(...(page.Vpcs ?? []));
    expect(paged.map(({ VpcId }) => VpcId).toSorted()).toEqual(made.toSorted());
  });

  test('nested lists go in and come out', async () => {
    const { Vpcs = [] } = await ec2().send(new DescribeVpcsCommand({}));
    const VpcId = Vpcs[0]?.VpcId;
    const { GroupId } = await ec2().send(
      new CreateSecurityGroupCommand({ VpcId, GroupName: 'nodes', Description: 'nodes' }),
    );
    const rule = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
    const IpRanges = [{ CidrIp: '10.0.0.0/8', Description: 'inside' }, { CidrIp: '192.168.0.0/16' }];
    await ec2().send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [{ ...rule, IpRanges }] }));
    const GroupIds = [String(GroupId)];
    const { SecurityGroups } = await ec2().send(new DescribeSecurityGroupsCommand({ GroupIds }));
    expect(SecurityGroups?.[0]?.IpPermissions).toMatchObject([{ ...rule, IpRanges }]);
    expect((await ec2().send(new DescribeSubnetsCommand({}))).Subnets).toEqual([]);
    const subnet = await ec2().send(
      new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1a' }),
    );
    expect(subnet.Subnet?.AvailableIpAddressCount).toBe(251);
  });

  test('regions are the one that the model is', async () => {
    const { Regions } = await ec2().send(new DescribeRegionsCommand({ AllRegions: true }));
    expect(Regions).toEqual([
      { RegionName: 'us-east-1', Endpoint: 'ec2.us-east-1.amazonaws.com', OptInStatus: 'opt-in-not-required' },
    ]);
    const Filters = [{ Name: 'region-name', Values: ['eu-*'] }];
    expect((await ec2().send(new DescribeRegionsCommand({ Filters }))).Regions ?? []).toEqual([]);
    const elsewhere = ec2().send(new DescribeRegionsCommand({ RegionNames: ['mars-1'] }));
    await expect(elsewhere).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('what is missing has EC2’s code', async () => {
    const missing = ec2().send(new DescribeVpcsCommand({ VpcIds: ['vpc-00000000000000000'] }));
    await expect(missing).rejects.toMatchObject({ name: 'InvalidVpcID.NotFound', $metadata: { httpStatusCode: 400 } });
  });

  test('what is not modelled says so', async () => {
    const unknown = ec2().send(new DescribeVpcsCommand({ Filters: [{ Name: 'nonsense', Values: ['a'] }] }));
    await expect(unknown).rejects.toThrow(/nonsense/);
  });
});

test('target health is listed target by target', async () => {
  const balancing = new ElasticLoadBalancingV2Client(account.client);
  const { Vpcs = [] } = await new EC2Client(account.client).send(new DescribeVpcsCommand({}));
  const { TargetGroups } = await balancing.send(
    new CreateTargetGroupCommand({ Name: 'api', Protocol: 'TCP', Port: 6443, TargetType: 'ip', VpcId: Vpcs[0]?.VpcId }),
  );
  const TargetGroupArn = String(TargetGroups?.[0]?.TargetGroupArn);
  await balancing.send(
    new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '10.0.1.5' }, { Id: '10.0.1.6' }] }),
  );
  const { TargetHealthDescriptions } = await balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  expect(TargetHealthDescriptions?.map(({ Target }) => Target?.Id)).toEqual(['10.0.1.5', '10.0.1.6']);
  const missing = balancing.send(new DescribeTargetGroupsCommand({ Names: ['none'] }));
  await expect(missing).rejects.toBeInstanceOf(TargetGroupNotFoundException);
});

test('Auto Scaling answers an empty list as a list', async () => {
  const { AutoScalingGroups } = await new AutoScalingClient(account.client).send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['none'] }),
  );
  expect(AutoScalingGroups).toEqual([]);
});

test('a role’s temporary credentials may do what the role may, and only with their token', async () => {
  const iam = new IAMClient(account.client);
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '123456789012' } }],
  });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'visitor', AssumeRolePolicyDocument }));
  expect((await iam.send(new ListRolesCommand({}))).Roles).toMatchObject([{ RoleName: 'visitor' }]);
  await expect(iam.send(new GetRoleCommand({ RoleName: 'none' }))).rejects.toBeInstanceOf(NoSuchEntityException);

  const sts = new STSClient(account.client);
  expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe('arn:aws:iam::123456789012:user/operator');
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'me-here' }));
  const session = {
    accessKeyId: String(Credentials?.AccessKeyId),
    secretAccessKey: String(Credentials?.SecretAccessKey),
    sessionToken: String(Credentials?.SessionToken),
  };
  const visitor = new STSClient({ ...account.client, credentials: session });
  expect((await visitor.send(new GetCallerIdentityCommand({}))).Arn).toMatch(/:assumed-role\/visitor\/me-here$/);
  const denied = new EC2Client({ ...account.client, credentials: session }).send(new DescribeVpcsCommand({}));
  await expect(denied).rejects.toMatchObject({ name: 'UnauthorizedOperation' });

  const { sessionToken: _token, ...withoutToken } = session;
  const stripped = new STSClient({ ...account.client, credentials: withoutToken });
  await expect(stripped.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
});
