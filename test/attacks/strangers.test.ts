import { addresses } from '../../local/cloud/ec2/addresses.ts';
import { instances } from '../../local/cloud/ec2/instances.ts';
import { existingKeys } from '../../local/cloud/kms/keys.ts';
import { callAws, plantStrangers } from '../support/plants.ts';
import { clusterIdOf, finish, startDelete } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { storedItems } from './storedItems.ts';

jest.setTimeout(240_000);

test('what only wears a cluster’s tags outlives its deletion, whatever it is, and the audit names it', async () => {
  const account = await anAccountWithCluster();
  const clusterId = await clusterIdOf(account);
  const planted = await plantStrangers(account, clusterId);
  const { execution, failures } = await finish(account, await startDelete(account), 0);
  expect({ status: execution.status, failures }).toEqual({ status: 'SUCCEEDED', failures: [] });
  await account.clock.advance({ hours: 3 });

  const { world } = account;
  expect([...instances(world).rows()].map(({ instanceId }) => instanceId)).toEqual([planted.instance]);
  expect([...addresses(world).rows()].map(({ allocationId }) => allocationId)).toEqual([planted.address]);
  expect([...existingKeys(world)].find(({ keyId }) => keyId === planted.key)?.deletionDate).toBeUndefined();
  const shows = async (operation: string, input: object) => callAws(account, operation, { ...input });
  await shows('ec2:DescribeVpcs', { VpcIds: [planted.vpc] });
  await shows('ec2:DescribeSubnets', { SubnetIds: [planted.subnet] });
  await shows('ec2:DescribeInternetGateways', { InternetGatewayIds: [planted.gateway] });
  await shows('ec2:DescribeRouteTables', { RouteTableIds: [planted.table] });
  await shows('ec2:DescribeNetworkInterfaces', { NetworkInterfaceIds: [planted.interface] });
  await shows('ec2:DescribeVolumes', { VolumeIds: [planted.volume, planted.claim] });
  await shows('elasticloadbalancing:DescribeLoadBalancers', { LoadBalancerArns: [planted.balancer] });

  const listed = (await storedItems(account, 'audit#demo')).find(({ action }) => action === 'left-alone');
  expect(JSON.stringify(listed)).toContain(planted.instance);
});
