import { recordResource } from '../../../shared/store/resources.ts';
import { recordVolumesListed } from '../../../shared/store/volumeListing.ts';
import { asAdministrator } from './createMachines.ts';
import { type Steps, steps } from './steps.ts';

jest.setTimeout(60_000); // whole clusters, on machines that may be busy

/** A key that is to take another's place, made as that one was: beside it, with a number behind its name. */
async function secondKey({ aws, clusterId, plan }: Steps, key: string): Promise<string> {
  const { deploymentId } = plan.blueprint.cluster;
  await aws.world.clock.advance({ minutes: 1 });
  const tags = {
    'kubestep/deployment': deploymentId,
    'kubestep/cluster': clusterId,
    'kubestep/resource': `key/${key}-2`,
  };
  const { KeyMetadata } = await aws.call<{ KeyMetadata: { Arn: string } }>('kms:CreateKey', {
    Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  });
  const AliasName = `alias/kubestep/${deploymentId}/${clusterId}/${key}-2`;
  await aws.call('kms:CreateAlias', { AliasName, TargetKeyId: KeyMetadata.Arn });
  await asAdministrator(aws, () => recordResource(clusterId, `key/${key}-2`, KeyMetadata.Arn));
  await aws.world.clock.advance({ minutes: 10 });
  return KeyMetadata.Arn;
}

async function aCluster(): Promise<Steps> {
  const cluster = await steps();
  await cluster.run('createServiceLinkedRoles');
  await cluster.run('createRoles');
  return cluster;
}

const stateOf = async ({ aws }: Steps, KeyId: string): Promise<string> =>
  (await aws.call<{ KeyMetadata: { KeyState: string } }>('kms:DescribeKey', { KeyId })).KeyMetadata.KeyState;

const keysOf = async (cluster: Steps) => (await cluster.run('createKeys')).keyArns as Record<string, string>;

async function aVolumeUnder({ aws, clusterId, plan }: Steps, KmsKeyId: string): Promise<string> {
  const tags = {
    'ebs.csi.aws.com/cluster': 'true',
    'kubestep.io/deployment': plan.blueprint.cluster.deploymentId,
    [`kubernetes.io/cluster/${clusterId}`]: 'owned',
  };
  const { VolumeId } = await aws.call<{ VolumeId: string }>('CreateVolume', {
    AvailabilityZone: 'us-east-1a',
    Size: 10,
    VolumeType: 'gp3',
    Encrypted: true,
    KmsKeyId,
    TagSpecifications: [{ ResourceType: 'volume', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }],
  });
  await aws.world.clock.advance({ minutes: 1 });
  return VolumeId;
}

describe('a key that is to take another’s place', () => {
  test('is neither taken for it nor removed as its double, and goes with the cluster', async () => {
    const cluster = await aCluster();
    const before = await keysOf(cluster);
    const second = await secondKey(cluster, 'kubernetes-ca');
    expect(await keysOf(cluster)).toEqual(before);
    expect(await stateOf(cluster, second)).toBe('Enabled');

    await cluster.run('deleteKeys');
    for (const arn of [before['kubernetes-ca'] ?? '', second])
      expect(await stateOf(cluster, arn)).toBe('PendingDeletion');
  });

  test('of volumes proves them to be the cluster’s, and stays for as long as one is left', async () => {
    const cluster = await aCluster();
    const before = await keysOf(cluster);
    const second = await secondKey(cluster, 'volumes');
    const VolumeId = await aVolumeUnder(cluster, second);
    await cluster.run('deleteKeys');
    for (const arn of [before['volumes'] ?? '', second]) expect(await stateOf(cluster, arn)).toBe('Enabled');

    await asAdministrator(cluster.aws, () =>
      recordVolumesListed(cluster.clusterId, new Date(cluster.aws.world.clock.now())),
    );
    await cluster.run('deleteKubernetesLeftovers');
    await cluster.aws.world.clock.advance({ minutes: 1 });
    const { Volumes } = await cluster.aws.call<{ Volumes: { VolumeId: string }[] }>('DescribeVolumes');
    expect(Volumes.map((volume) => volume.VolumeId)).not.toContain(VolumeId);
    await cluster.run('deleteKeys');
    expect(await stateOf(cluster, second)).toBe('PendingDeletion');
  });
});
