import { callAws } from '../support/plants.ts';
import { clusterIdOf, finish, startDelete } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

test('what somebody else has in the VPC is named with its kind and owner by the deletion that it blocks', async () => {
  const account = await anAccountWithCluster();
  const clusterId = await clusterIdOf(account);
  const Filters = [{ Name: 'tag:kubestep/cluster', Values: [clusterId] }];
  const { Vpcs } = await callAws<{ Vpcs: { VpcId: string }[] }>(account, 'ec2:DescribeVpcs', { Filters });
  const { Subnets } = await callAws<{ Subnets: { SubnetId: string }[] }>(account, 'ec2:DescribeSubnets', { Filters });
  const [VpcId = '', SubnetId = ''] = [Vpcs[0]?.VpcId, Subnets[0]?.SubnetId];
  const group = { GroupName: 'scanner', Description: 'of somebody', VpcId };
  const { GroupId } = await callAws<{ GroupId: string }>(account, 'ec2:CreateSecurityGroup', group);
  const { VpcEndpoint } = await callAws<{ VpcEndpoint: { VpcEndpointId: string } }>(account, 'ec2:CreateVpcEndpoint', {
    VpcId,
    VpcEndpointType: 'Interface',
    ServiceName: 'com.amazonaws.us-east-1.logs',
    SubnetIds: [SubnetId],
    SecurityGroupIds: [GroupId],
  });

  const { execution } = await finish(account, await startDelete(account), 0);
  expect([execution.status, execution.error]).toEqual(['FAILED', 'NotReady']);
  const { VpcEndpointId } = VpcEndpoint;
  expect(execution.cause).toContain(`${VpcEndpointId} (Interface endpoint of com.amazonaws.us-east-1.logs, of account`);
  expect(execution.cause).toContain(`${GroupId} (security group scanner, of account`);

  await callAws(account, 'ec2:DeleteVpcEndpoints', { VpcEndpointIds: [VpcEndpointId] });
  await account.clock.advance({ minutes: 5 });
  await callAws(account, 'ec2:DeleteSecurityGroup', { GroupId });
  expect((await finish(account, execution.executionArn)).execution.status).toBe('SUCCEEDED');
});
