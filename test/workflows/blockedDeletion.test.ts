import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { clusterIdOf, finish, startDelete } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

/** An interface endpoint and a security group in the cluster's VPC that nobody made for the cluster. */
async function somebodysEndpoint(account: TestAccount, Tags: readonly object[] = []) {
  const Filters = [{ Name: 'tag:kubestep/cluster', Values: [await clusterIdOf(account)] }];
  const { Vpcs } = await callAws<{ Vpcs: { VpcId: string }[] }>(account, 'ec2:DescribeVpcs', { Filters });
  const { Subnets } = await callAws<{ Subnets: { SubnetId: string }[] }>(account, 'ec2:DescribeSubnets', { Filters });
  const [VpcId = '', SubnetId = ''] = [Vpcs[0]?.VpcId, Subnets[0]?.SubnetId];
  const tagged = (ResourceType: string) => (Tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType, Tags }] });
  const group = { GroupName: 'scanner', Description: 'of somebody', VpcId, ...tagged('security-group') };
  const { GroupId } = await callAws<{ GroupId: string }>(account, 'ec2:CreateSecurityGroup', group);
  const { VpcEndpoint } = await callAws<{ VpcEndpoint: { VpcEndpointId: string } }>(account, 'ec2:CreateVpcEndpoint', {
    VpcId,
    VpcEndpointType: 'Interface',
    ServiceName: 'com.amazonaws.us-east-1.logs',
    SubnetIds: [SubnetId],
    SecurityGroupIds: [GroupId],
    ...tagged('vpc-endpoint'),
  });
  const remove = async () => {
    await callAws(account, 'ec2:DeleteVpcEndpoints', { VpcEndpointIds: [VpcEndpoint.VpcEndpointId] });
    await account.clock.advance({ minutes: 5 });
    await callAws(account, 'ec2:DeleteSecurityGroup', { GroupId });
  };
  return { endpointId: VpcEndpoint.VpcEndpointId, groupId: GroupId, remove };
}

async function runningInstances(account: TestAccount): Promise<string[]> {
  const Filters = [{ Name: 'instance-state-name', Values: ['running'] }];
  const { Reservations } = await callAws<{ Reservations: { Instances: { InstanceId: string }[] }[] }>(
    account,
    'ec2:DescribeInstances',
    { Filters },
  );
  return Reservations.flatMap(({ Instances }) => Instances.map(({ InstanceId }) => InstanceId)).sort();
}

test('what somebody else has in the VPC is named with its kind and owner before anything of the cluster is deleted', async () => {
  const account = await anAccountWithCluster();
  const foreign = await somebodysEndpoint(account);
  // EC2 does not list at once what was just made.
  await account.clock.advance({ minutes: 1 });
  const instances = await runningInstances(account);

  const { execution } = await finish(account, await startDelete(account), 0);
  expect([execution.status, execution.error]).toEqual(['FAILED', 'Conflict']);
  expect(execution.cause).toContain(
    `${foreign.endpointId} (Interface endpoint of com.amazonaws.us-east-1.logs, of account`,
  );
  expect(execution.cause).toContain(`${foreign.groupId} (security group scanner, of account`);
  expect(await runningInstances(account)).toEqual(instances);

  await foreign.remove();
  expect((await finish(account, execution.executionArn)).execution.status).toBe('SUCCEEDED');
});

test('what somebody puts into the VPC while it is deleted is named by the state that it blocks', async () => {
  const account = await anAccountWithCluster();
  const executionArn = await startDelete(account);
  while ((await runningInstances(account)).length > 0) await account.clock.advance({ seconds: 10 });
  const foreign = await somebodysEndpoint(account);

  const { execution } = await finish(account, executionArn, 0);
  expect([execution.status, execution.error]).toEqual(['FAILED', 'NotReady']);
  expect(execution.cause).toContain(
    `${foreign.endpointId} (Interface endpoint of com.amazonaws.us-east-1.logs, of account`,
  );
  expect(execution.cause).toContain(`${foreign.groupId} (security group scanner, of account`);

  await foreign.remove();
  expect((await finish(account, execution.executionArn)).execution.status).toBe('SUCCEEDED');
});

test('what GuardDuty has in the VPC is named when the machines that it watches are gone', async () => {
  const account = await anAccountWithCluster();
  const watcher = await somebodysEndpoint(account, [{ Key: 'GuardDutyManaged', Value: 'true' }]);
  await account.clock.advance({ minutes: 1 });

  const { execution } = await finish(account, await startDelete(account), 0);
  expect(execution.cause).toContain(watcher.endpointId);
  expect(await runningInstances(account)).toEqual([]);

  await watcher.remove();
  expect((await finish(account, execution.executionArn)).execution.status).toBe('SUCCEEDED');
});

test('machines that end by themselves at that moment are not taken for somebody else’s', async () => {
  const account = await anAccountWithCluster();
  const InstanceIds = await runningInstances(account);
  await callAws(account, 'ec2:TerminateInstances', { InstanceIds });

  const { execution } = await finish(account, await startDelete(account), 0);
  expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
});
