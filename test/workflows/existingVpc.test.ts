import { networkInterfaces } from '../../local/cloud/ec2/networkInterfaces.ts';
import { clusterStands } from '../support/checks/clusterStands.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { clusterIdOf, finish, startCreate } from '../support/runs.ts';
import { aNetwork, type SomebodysVpc } from '../support/somebodysVpc.ts';
import { anEmptyAccount } from '../support/standingCluster.ts';

jest.setTimeout(300_000);

const specIn = ({ vpcId, privateSubnets }: SomebodysVpc, name = 'demo', network: object = {}, more: object = {}) => ({
  apiVersion: 'kubestep/v1',
  kind: 'Cluster',
  metadata: { name },
  spec: {
    region: 'us-east-1',
    zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    kubernetesVersion: '1.36.3',
    network: { vpc: { id: vpcId, subnets: { private: privateSubnets } }, ...network },
    controlPlane: { instanceType: 'm7g.large' },
    nodeGroups: [{ name: 'workers', instanceTypes: ['m7g.large'], min: 3, max: 6 }],
    deletionProtection: false,
    ...more,
  },
});

async function created(account: TestAccount, spec: object, name = 'demo'): Promise<string> {
  const run = await finish(account, await startCreate(account, spec, name), 0);
  expect(run.execution).toMatchObject({ status: 'SUCCEEDED' });
  const clusterId = await clusterIdOf(account, name);
  expect(await clusterStands(account, clusterId)).toEqual([]);
  return clusterId;
}

/** What the HTTP API answers to a creation that it refuses. */
async function refusal(account: TestAccount, spec: object): Promise<string> {
  const { status, body } = await account.ask('PUT', '/clusters/demo', JSON.stringify(spec));
  expect(status).toBe(400);
  return body.message;
}

test('clusters exist side by side in subnets of somebody whose low addresses are in use, and nobody takes a slot’s address', async () => {
  const account = await anEmptyAccount();
  const vpc = await aNetwork(account, { addressesInUse: 6 });
  for (const name of ['one', 'two', 'three', 'four']) await created(account, specIn(vpc, name), name);
});

test('a cluster is created in the second range of a VPC, with several subnets a zone; its Services may not lie in that range', async () => {
  const account = await anEmptyAccount();
  const vpc = await aNetwork(account, { secondary: '100.64.0.0/16', subnetsPerZone: 2 });
  expect(await refusal(account, specIn(vpc))).toContain('spec.network.serviceCIDR');
  await created(account, specIn(vpc, 'demo', { serviceCIDR: '172.30.0.0/16' }));
});

test.each([
  ['no room', { prefix: 28, addressesInUse: 8 }, 'spec.network.vpc.subnets.private'],
  ['no names', { withoutDns: true }, '--enable-dns-support'],
  ['public subnets only', { wayOut: 'internet-gateway' as const }, 'list this one under public'],
  ['no way out', { wayOut: 'none' as const }, 'no default route'],
])('with %s a creation is refused by name, and nothing is touched', async (_, shape, reason) => {
  const account = await anEmptyAccount();
  const vpc = await aNetwork(account, shape);
  const before = networkInterfaces(account.world).size;
  expect(await refusal(account, specIn(vpc))).toContain(reason);
  expect(networkInterfaces(account.world).size).toBe(before);
});

test('subnets of another VPC and a VPC that does not exist are refused together with everything else', async () => {
  const account = await anEmptyAccount();
  const vpc = await aNetwork(account, {});
  const elsewhere = { ...vpc, vpcId: 'vpc-0123456789abcdef0' };
  const message = await refusal(account, specIn(elsewhere, 'demo', { podCIDR: '100.64.0.0/16' }));
  expect(message).toContain('spec.network.vpc.id');
  expect(message).toContain('spec.network.serviceCIDR');
});
