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

test('a program that crawls the lists of the version it was written for, as cloud-init does, comes to everything', async () => {
  const { call, get, instance } = await onAMachine();
  const token = call('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }).body;
  const crawl = (path: string): readonly string[] => {
    const { status, body } = call('GET', path, { 'x-aws-ec2-metadata-token': token });
    if (status !== 200) throw new Error(`${path}: ${status}`);
    if (!path.endsWith('/')) return [path];
    return body.split('\n').flatMap((name) => crawl(`${path}${name}`));
  };
  expect(crawl('/2021-03-23/meta-data/')).toEqual(
    expect.arrayContaining([
      '/2021-03-23/meta-data/instance-id',
      '/2021-03-23/meta-data/placement/availability-zone',
      `/2021-03-23/meta-data/network/interfaces/macs/${get('meta-data/mac').body}/subnet-ipv4-cidr-block`,
    ]),
  );
  // Without a slash behind it a folder is listed as well.
  expect(get('dynamic/instance-identity').body).toBe('document');
  expect(get('meta-data/instance-id').body).toBe(instance?.instanceId);
  expect(call('GET', '/1999-01-01/meta-data/', { 'x-aws-ec2-metadata-token': token }).status).toBe(404);
  expect(get('meta-data/instance-id/more').status).toBe(404);
});
