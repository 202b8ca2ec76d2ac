import { observe } from '../../../shared/aws/observe.ts';
import { readAudit } from '../../../shared/store/audit.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { storeOperationReport } from '../../../shared/store/reports.ts';
import { recordVolumesListed } from '../../../shared/store/volumeListing.ts';
import { asAdministrator, createMachines, deletion } from './createMachines.ts';
import { createNetwork } from './createNetwork.ts';
import { type Steps, steps } from './steps.ts';

jest.setTimeout(60_000); // whole clusters, on machines that may be busy

const tags = (record: Readonly<Record<string, string>>) =>
  Object.entries(record).map(([Key, Value]) => ({ Key, Value }));

/** A volume as the EBS CSI driver makes it, tagged besides as a StorageClass or an attacker says. */
async function plantVolume(
  { aws, clusterId, run }: Steps,
  further: Readonly<Record<string, string>> = {},
): Promise<string> {
  await run('createServiceLinkedRoles');
  await run('createRoles');
  const { keyArns } = await run('createKeys');
  const Tags = tags({
    'ebs.csi.aws.com/cluster': 'true',
    'kubestep.io/deployment': 'kubestep-dev-us-east-1',
    [`kubernetes.io/cluster/${clusterId}`]: 'owned',
    ...further,
  });
  const { VolumeId } = await aws.call<{ VolumeId: string }>('CreateVolume', {
    AvailabilityZone: 'us-east-1a',
    Size: 10,
    VolumeType: 'gp3',
    Encrypted: true,
    KmsKeyId: (keyArns as Record<string, string>).volumes,
    TagSpecifications: [{ ResourceType: 'volume', Tags }],
  });
  return VolumeId;
}

async function volumeIds({ aws }: Steps): Promise<string[]> {
  const { Volumes } = await aws.call<{ Volumes: { VolumeId: string; State: string }[] }>('DescribeVolumes');
  return Volumes.filter(({ State }) => State === 'available').map(({ VolumeId }) => VolumeId);
}

test('volumes that Kubernetes made go with the cluster, but for those to keep and those of other clusters', async () => {
  const cluster = await steps();
  const plain = await plantVolume(cluster);
  const kept = await plantVolume(cluster, { 'kubestep/keep': 'true' });
  const foreign = await plantVolume({ ...cluster, clusterId: 'other-aaaaa' });
  await cluster.aws.world.clock.advance({ minutes: 1 });
  await volumesListed(cluster);

  await cluster.run('deleteKubernetesLeftovers');
  await cluster.aws.world.clock.advance({ minutes: 1 });
  expect((await volumeIds(cluster)).sort()).toEqual([kept, foreign].sort());
  expect(plain).not.toBe(kept);
});

/** As if a master had just said which volumes outlive their claims. */
const volumesListed = ({ aws, clusterId }: Steps) =>
  asAdministrator(aws, () => recordVolumesListed(clusterId, new Date(aws.world.clock.now())));

test('volumes of which nobody has said whether they are to be kept stay, and the audit lists them', async () => {
  const cluster = await steps();
  const before = await plantVolume(cluster);
  await cluster.aws.world.clock.advance({ minutes: 1 });
  await cluster.run('deleteKubernetesLeftovers');
  expect(await volumeIds(cluster)).toEqual([before]);

  await volumesListed(cluster);
  const later = await plantVolume(cluster);
  await cluster.aws.world.clock.advance({ minutes: 1 });
  await cluster.run('deleteKubernetesLeftovers');
  await cluster.aws.world.clock.advance({ minutes: 1 });
  expect(await volumeIds(cluster)).toEqual([later]);

  const [listed] = await asAdministrator(cluster.aws, () => readAudit(cluster.plan.blueprint.cluster.name));
  expect(listed).toMatchObject({ action: 'volumes-kept', detail: { keptVolumes: 1, volumes: before } });
});

test('volumes of a driver that somebody set up besides, under the cluster’s name, stay and are listed', async () => {
  const cluster = await steps();
  const theirs = await plantVolume(cluster, { 'kubestep.io/deployment': 'none' });
  await cluster.aws.world.clock.advance({ minutes: 1 });
  await volumesListed(cluster);
  expect(await cluster.run('deleteKubernetesLeftovers')).toMatchObject({ keptVolumes: 1 });
  expect(await volumeIds(cluster)).toEqual([theirs]);
});

test('a master has volumes of its own cluster kept, and no others tagged', async () => {
  const cluster = await steps();
  const { clusterId } = cluster;
  const own = await plantVolume(cluster);
  const foreign = await plantVolume({ ...cluster, clusterId: 'other-aaaaa' });
  await cluster.aws.world.clock.advance({ minutes: 1 });
  const named = { operationId: 'list-1', instanceId: 'i-0123456789abcdef0' };
  const listedAt = Math.floor(cluster.aws.world.clock.now() / 1000);
  const result = { retained: 2, listedAt, volumes1: `${own} ${foreign}` };
  await asAdministrator(cluster.aws, () => storeOperationReport({ clusterId, ...named, outcome: 'done', result }));

  expect(await cluster.run('tagRetainedVolumes', named)).toEqual({ tagged: 1 });
  const tagged = { Filters: [{ Name: 'tag-key', Values: ['kubestep/keep'] }] };
  const { Volumes } = await cluster.aws.call<{ Volumes: { VolumeId: string }[] }>('DescribeVolumes', tagged);
  expect(Volumes.map(({ VolumeId }) => VolumeId)).toEqual([own]);
});

test('an answer that lost a volume on its way counts as none', async () => {
  const cluster = await steps();
  const plain = await plantVolume(cluster);
  await cluster.aws.world.clock.advance({ minutes: 5 });
  const named = { operationId: 'list-1', instanceId: 'i-0123456789abcdef0' };
  const result = {
    retained: 2,
    listedAt: Math.floor(cluster.aws.world.clock.now() / 1000),
    volumes1: 'vol-0123456789',
  };
  const report = { clusterId: cluster.clusterId, ...named, outcome: 'done', result } as const;
  await asAdministrator(cluster.aws, () => storeOperationReport(report));
  await cluster.run('tagRetainedVolumes', named);
  await cluster.run('deleteKubernetesLeftovers');
  expect(await volumeIds(cluster)).toEqual([plain]);
});

test('a volume that a StorageClass dressed in our tags is neither adopted nor deleted as a slot’s', async () => {
  const cluster = await steps();
  const dressed = {
    'kubestep/cluster': cluster.clusterId,
    'kubestep/resource': 'volume/master-0',
    'kubestep/keep': 'true',
  };
  const planted = await plantVolume(cluster, dressed);
  await cluster.aws.world.clock.advance({ minutes: 1 });

  await createMachines(cluster);
  for (const name of deletion) await cluster.run(name);
  await cluster.aws.world.clock.advance({ minutes: 1 });
  expect(await volumeIds(cluster)).toEqual([planted]);
});

test('load balancers and security groups that Services made are deleted; those of others, and those dressed as ours, stay', async () => {
  const cluster = await steps();
  const { vpcId, subnetIds, securityGroupIds } = await createNetwork(cluster);
  const owned = tags({ [`kubernetes.io/cluster/${cluster.clusterId}`]: 'owned' });
  const dressed = tags({ 'kubestep/cluster': cluster.clusterId, 'kubestep/resource': 'load-balancer/api' });
  const foreign = tags({ owner: 'somebody' });
  for (const [Name, Tags] of [
    ['service', [...owned, ...tags({ 'kubernetes.io/service-name': 'default/web' })]],
    ['foreign', foreign],
    ['dressed', dressed],
  ] as const) {
    await cluster.aws.call('elasticloadbalancing:CreateLoadBalancer', {
      Name,
      Type: 'network',
      Subnets: [Object.values(subnetIds as Record<string, string>)[0]],
      Tags,
    });
  }
  const { GroupId } = await cluster.aws.call<{ GroupId: string }>('CreateSecurityGroup', {
    GroupName: 'k8s-elb-1',
    Description: 'made by Kubernetes',
    VpcId: vpcId,
    TagSpecifications: [{ ResourceType: 'security-group', Tags: owned }],
  });
  // As the cloud controller manager opens the workers to its balancer.
  await cluster.aws.call('AuthorizeSecurityGroupIngress', {
    GroupId: (securityGroupIds as Record<string, string>).workers,
    IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }],
  });
  await cluster.aws.world.clock.advance({ minutes: 5 });

  await cluster.run('deleteKubernetesLoadBalancers');
  await cluster.run('deleteLoadBalancer');
  await cluster.run('deleteKubernetesLeftovers');
  const { LoadBalancers } = await cluster.aws.call<{ LoadBalancers: { LoadBalancerName: string }[] }>(
    'elasticloadbalancing:DescribeLoadBalancers',
  );
  expect(LoadBalancers.map(({ LoadBalancerName }) => LoadBalancerName).sort()).toEqual(['dressed', 'foreign']);
  const { SecurityGroups } = await cluster.aws.call<{ SecurityGroups: { GroupName: string }[] }>(
    'DescribeSecurityGroups',
  );
  expect(SecurityGroups.map(({ GroupName }) => GroupName)).not.toContain('k8s-elb-1');
});

const observedOf = ({ aws, clusterId }: Steps) =>
  asAdministrator(aws, async () => observe(await membershipOf(clusterId)));

test('what is observed is what the blueprint holds, and nothing is left to observe after deletion', async () => {
  const cluster = await steps();
  await createMachines(cluster);
  await cluster.aws.world.clock.advance({ minutes: 1 });
  const seen = await observedOf(cluster);
  const keysOf = (kind: string) =>
    seen
      .filter((each) => each.kind === kind)
      .map(({ key }) => key)
      .sort();
  const { blueprint } = cluster.plan;
  expect(keysOf('subnet')).toEqual(blueprint.subnets.map(({ key }) => key).sort());
  expect(keysOf('security-group')).toEqual(blueprint.securityGroups.map(({ key }) => key).sort());
  expect(keysOf('network-interface')).toEqual(blueprint.slots.map(({ key }) => key).sort());
  expect(keysOf('nat-gateway')).toEqual(blueprint.natGateways.map(({ key }) => key).sort());
  expect(keysOf('key')).toEqual(blueprint.keys.map(({ key }) => key).sort());

  for (const name of [...deletion, 'confirmDeletion']) await cluster.run(name);
  expect(await observedOf(cluster)).toEqual([]);
});
