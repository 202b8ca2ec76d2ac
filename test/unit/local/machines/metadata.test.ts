import { instances } from '../../../../local/cloud/ec2/instances.ts';
import { createMetadataService } from '../../../../local/machines/nspawn/metadata.ts';
import { aBalancedCloud, aMaster } from '../../cloud/elasticLoadBalancing/balancers.ts';

/** The metadata service as a program on a running machine of a VPC sees it. */
async function onAMachine() {
  const cloud = await aBalancedCloud();
  const sourceAddress = '10.0.0.10';
  const networkInterfaceId = await aMaster(cloud, sourceAddress);
  const [instance] = [...instances(cloud.world).rows()];
  const { vpcId, subnetId } = cloud.network;
  const ask = createMetadataService(cloud.world);
  const tokenFor = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
  const call = (method: string, path: string, headers = {}) => ask({ vpcId, sourceAddress, method, path, headers });
  const token = call('PUT', '/latest/api/token', tokenFor).body;
  const get = (path: string) => call('GET', `/latest/${path}`, { 'x-aws-ec2-metadata-token': token });
  return { get, call, instance, vpcId, subnetId, networkInterfaceId };
}

test('a program finds its VPC by the list of its interfaces', async () => {
  const { get, vpcId, subnetId, networkInterfaceId } = await onAMachine();
  const interfaces = 'meta-data/network/interfaces/macs';
  const { body: listed } = get(`${interfaces}/`);
  expect(listed).toBe(`${get('meta-data/mac').body}/`);
  expect(get(`${interfaces}/${listed}vpc-id`).body).toBe(vpcId);
  expect(get(`${interfaces}/${listed}subnet-id`).body).toBe(subnetId);
  expect(get(`${interfaces}/${listed}interface-id`).body).toBe(networkInterfaceId);
  expect(get(`${interfaces}/${listed}`).body.split('\n')).toContain('security-group-ids');
  expect(get(`${interfaces}/02:00:00:00:00:99/vpc-id`).status).toBe(404);
});

test('the identity document says where the instance runs', async () => {
  const { get, instance } = await onAMachine();
  expect(JSON.parse(get('dynamic/instance-identity/document').body)).toMatchObject({
    instanceId: instance?.instanceId,
    region: 'us-east-1',
    availabilityZone: instance?.zone,
    privateIp: '10.0.0.10',
    accountId: '123456789012',
  });
});

test('a token says how long it lives, without which clients of the SDK do not use it', async () => {
  const { call } = await onAMachine();
  const { headers } = call('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '300' });
  expect(headers).toEqual({ 'x-aws-ec2-metadata-token-ttl-seconds': '300' });
});
