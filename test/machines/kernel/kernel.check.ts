import type { Instance } from '@aws-sdk/client-ec2';
import { publicImages } from '../../../local/cloud/ec2/images.ts';
import { createMetadataService } from '../../../local/machines/nspawn/metadata.ts';
import { renderUserData } from '../../../shared/machine/userData.ts';
import { aBalancedCloud } from '../../unit/cloud/elasticLoadBalancing/balancers.ts';
import { ensureKernelImage } from './kernelImage.ts';
import { boot } from './kernelMachine.ts';
import { kernelImages, withKernel } from './needs.ts';
import { standaloneImage } from './standaloneImage.ts';

const bundle = 'a'.repeat(64);

withKernel("a machine with Debian's cloud kernel, cgroup v2, networkd and resolved", () => {
  const said = new Map<string, string>();

  beforeAll(async () => {
    const cloud = await aBalancedCloud();
    const userData = renderUserData({
      description: 'workers of local',
      region: 'us-east-1',
      nodeApiUrl: 'https://abcdefghij.execute-api.us-east-1.amazonaws.com',
      sha256: bundle,
    });
    const { Instances: [instance] = [] } = await cloud.call<{ Instances?: Instance[] }>('RunInstances', {
      ImageId: publicImages.find(({ architecture }) => architecture === 'x86_64')?.id,
      InstanceType: 'm7i.large',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: cloud.network.subnetId,
      UserData: Buffer.from(userData).toString('base64'),
    });
    const image = await ensureKernelImage(kernelImages, 'standalone', standaloneImage);
    const [{ PrivateIpAddress: sourceAddress = '', MacAddress: macAddress = '' } = {}] =
      instance?.NetworkInterfaces ?? [];
    const metadata = createMetadataService(cloud.world);
    const console = await boot(image, { metadata, vpcId: cloud.network.vpcId, sourceAddress, macAddress });
    for (const [, name = '', text = ''] of console.matchAll(/CHECK (\S+) (.*)/g)) said.set(name, text.trim());
    if (!said.has('end')) throw new Error(`It said, at last:\n${console.slice(-4000)}`);
  }, 2_400_000);

  test('has only the second version of control groups', () => {
    expect(said.get('kernel')).toMatch(/cloud-amd64$/);
    expect(said.get('cgroups')).toBe('cgroup2fs');
  });

  test('runs our user data once, which cloud-init has read from the model’s metadata service', () => {
    expect(said.get('datasource')).toBe('aws');
    expect(said.get('cloud-init')).toMatch(/^status: done .*DataSourceEc2/);
    expect(said.get('pinned')).toContain(`BUNDLE=${bundle}`);
    expect(said.get('boot-unit')).toBe('enabled');
  });

  test('takes every setting of the kernel that the bundle brings', () => {
    expect(said.get('settings-refused')).toBe('');
  });

  test('lets its own services reach the metadata service, and no pod, not even one of the host’s network', () => {
    expect([said.get('service-before'), said.get('pod-before')]).toEqual(['200', '200']);
    expect(said.get('guard')).toBe('loaded');
    expect(said.get('service-after')).toBe('200');
    expect(said.get('pod-after')).toMatch(/^000/);
  });

  test('keeps what a pod network adds when networkd is reloaded', () => {
    expect([said.get('networkd-before'), said.get('networkd-after')]).toEqual(['active', 'active']);
    expect(said.get('overlay-address')).toContain('10.244.21.0/32');
    expect(said.get('overlay-address')).toContain('02:42:0a:f4:15:00');
    expect(said.get('overlay-route')).toContain('10.244.22.0/24');
    expect(said.get('overlay-rule')).toContain('10.244.0.0/16');
  });

  test('has where kubelet looks for name servers', () => {
    expect(said.get('resolved')).toBe('active');
    // The emulated network leads nowhere and names no server, so the file is there and has only what resolved knows.
    expect(said.get('name-servers-file')).toBe('there');
    expect(said.get('name-servers')).not.toContain('127.0.0.53');
  });
});
