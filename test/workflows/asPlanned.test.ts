import type {
  DescribeInstancesResult,
  DescribeLaunchTemplateVersionsResult,
  DescribeTagsResult,
  DescribeVolumesResult,
} from '@aws-sdk/client-ec2';
import type { Blueprint, VolumeBlueprint } from '../../shared/blueprint/blueprint.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

let account: TestAccount;
let blueprint: Blueprint;
let volumeKeyArn: string;
beforeAll(async () => {
  account = await anAccountWithCluster();
  ({ blueprint } = (await account.ask('GET', '/clusters/demo/plan')).body.plan);
  const alias = blueprint.keys.find(({ purpose }) => purpose === 'volumes')?.alias;
  const { KeyMetadata } = await callAws<{ KeyMetadata: { Arn: string } }>(account, 'kms:DescribeKey', { KeyId: alias });
  volumeKeyArn = KeyMetadata.Arn;
});

/** Everything of this deployment carries its cluster's id. */
const ofCluster = (...resources: string[]) => [
  { Name: 'tag:kubestep/cluster', Values: [blueprint.cluster.id] },
  { Name: 'tag:kubestep/resource', Values: resources },
];

const guardedMetadata = {
  HttpTokens: 'required',
  HttpPutResponseHopLimit: 1,
  HttpEndpoint: 'enabled',
  HttpProtocolIpv6: 'disabled',
  InstanceMetadataTags: 'disabled',
};

/** A volume as EC2 shows it when it was made as the blueprint says. */
const shownAs = ({ type, sizeGiB, iops, throughputMiBps }: VolumeBlueprint) => ({
  VolumeType: type,
  Iops: iops,
  ...(throughputMiBps !== undefined && { Throughput: throughputMiBps }),
  Encrypted: true,
  KmsKeyId: volumeKeyArn,
  Size: sizeGiB,
});

/** The same in the words of a block device mapping. */
const mappedAs = (volume: VolumeBlueprint) => {
  const { Size: VolumeSize, ...others } = shownAs(volume);
  return { ...others, VolumeSize, DeleteOnTermination: true };
};

const volumesNamed = async (resource: string) => {
  const input = { Filters: ofCluster(resource) };
  return (await callAws<DescribeVolumesResult>(account, 'ec2:DescribeVolumes', input)).Volumes ?? [];
};

test('no machine’s metadata service answers without a token, across a hop, over IPv6 or with tags', async () => {
  const input = { Filters: [{ Name: 'tag:kubestep/cluster', Values: [blueprint.cluster.id] }] };
  const { Reservations = [] } = await callAws<DescribeInstancesResult>(account, 'ec2:DescribeInstances', input);
  const instances = Reservations.flatMap(({ Instances }) => Instances ?? []);
  expect(instances.length).toBeGreaterThan(blueprint.slots.length);
  for (const { MetadataOptions } of instances) expect(MetadataOptions).toMatchObject(guardedMetadata);
});

test('each slot’s disks are encrypted with the cluster’s key, and as large and as fast as planned', async () => {
  for (const { key, volume, machine } of blueprint.slots) {
    const data = await volumesNamed(`volume/${key}`);
    expect(data).toMatchObject(volume ? [shownAs(volume)] : []);
    expect(await volumesNamed(`volume/root-${key}`)).toMatchObject([shownAs(machine.rootVolume)]);
  }
});

test('so are the disks of workers', async () => {
  for (const { name, machine, size } of blueprint.nodeGroups) {
    const disks = await volumesNamed(`volume/root-${name}`);
    expect(disks).toHaveLength(size.desired);
    for (const disk of disks) expect(disk).toMatchObject(shownAs(machine.rootVolume));
  }
});

test('a group’s launch template says the same of every machine to come', async () => {
  for (const { groupName, machine } of blueprint.nodeGroups) {
    const input = { LaunchTemplateName: groupName };
    const { LaunchTemplateVersions = [] } = await callAws<DescribeLaunchTemplateVersionsResult>(
      account,
      'ec2:DescribeLaunchTemplateVersions',
      input,
    );
    expect(LaunchTemplateVersions).toHaveLength(1);
    const { LaunchTemplateData: data } = LaunchTemplateVersions[0] ?? {};
    expect(data?.MetadataOptions).toEqual(guardedMetadata);
    expect(data?.BlockDeviceMappings).toMatchObject([{ Ebs: mappedAs(machine.rootVolume) }]);
  }
});

test('what EC2 makes with a worker carries the operator’s tags, too: its interface and its volume', async () => {
  const { tags, environment } = blueprint.cluster;
  expect(Object.keys(tags)).not.toEqual([]);
  const input = { Filters: ofCluster(...blueprint.nodeGroups.map(({ name }) => `instance/${name}`)) };
  const { Reservations = [] } = await callAws<DescribeInstancesResult>(account, 'ec2:DescribeInstances', input);
  const workers = Reservations.flatMap(({ Instances }) => Instances ?? []);
  expect(workers.length).toBeGreaterThan(2);
  const parts = workers.flatMap(({ NetworkInterfaces = [], BlockDeviceMappings = [] }) => [
    ...NetworkInterfaces.map(({ NetworkInterfaceId = '' }) => NetworkInterfaceId),
    ...BlockDeviceMappings.map(({ Ebs }) => Ebs?.VolumeId ?? ''),
  ]);
  for (const id of parts) {
    const Filters = [{ Name: 'resource-id', Values: [id] }];
    const { Tags = [] } = await callAws<DescribeTagsResult>(account, 'ec2:DescribeTags', { Filters });
    const found = Object.fromEntries(Tags.map(({ Key = '', Value }) => [Key, Value]));
    expect([id, found]).toEqual([id, expect.objectContaining({ ...tags, environment })]);
  }
});
