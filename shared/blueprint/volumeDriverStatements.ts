import type { Facts } from '../facts/facts.ts';
import type { PolicyStatement } from './blueprint.ts';
import { CLUSTER_TAG, kubernetesClusterTag, RESOURCE_TAG } from './tags.ts';

/**
 * What the EBS CSI controller calls (source: the managed policy AmazonEBSCSIDriverPolicyV2, narrowed from every cluster's
 * volumes to this one's). It runs with `--k8s-tag-cluster-id`, which puts the cluster's tag on what it makes.
 */
export function volumeDriverStatements(facts: Facts): readonly PolicyStatement[] {
  const { partition, region, account, clusterId } = facts;
  const tag = kubernetesClusterTag(clusterId);
  const ec2 = (resource: string) => `arn:${partition}:ec2:${region}:${account}:${resource}`;
  const snapshots = `arn:${partition}:ec2:${region}::snapshot/*`;
  const carriesOurTag = { StringEquals: { [`aws:ResourceTag/${tag}`]: 'owned' } };
  const isGivenOurTag = { StringEquals: { [`aws:RequestTag/${tag}`]: 'owned' } };
  return [
    {
      Sid: 'VolumeDriverReads',
      Effect: 'Allow',
      Action: [
        'ec2:DescribeAvailabilityZones',
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeSnapshots',
        'ec2:DescribeTags',
        'ec2:DescribeVolumes',
        'ec2:DescribeVolumesModifications',
        'ec2:DescribeVolumeStatus',
      ],
      Resource: ['*'],
    },
    {
      Sid: 'VolumeDriverCreatesVolumes',
      Effect: 'Allow',
      Action: ['ec2:CreateVolume'],
      Resource: [ec2('volume/*')],
      Condition: isGivenOurTag,
    },
    {
      Sid: 'VolumeDriverRestoresSnapshots',
      Effect: 'Allow',
      Action: ['ec2:CreateVolume'],
      Resource: [snapshots],
      Condition: carriesOurTag,
    },
    {
      Sid: 'VolumeDriverTagsWhatItCreates',
      Effect: 'Allow',
      Action: ['ec2:CreateTags'],
      Resource: [ec2('volume/*'), snapshots],
      Condition: {
        StringEquals: { 'ec2:CreateAction': ['CreateVolume', 'CreateSnapshot'], [`aws:RequestTag/${tag}`]: 'owned' },
      },
    },
    {
      Sid: 'VolumeDriverAttaches',
      Effect: 'Allow',
      Action: ['ec2:AttachVolume', 'ec2:DetachVolume'],
      Resource: [ec2('instance/*'), ec2('volume/*')],
      Condition: carriesOurTag,
    },
    {
      Sid: 'VolumeDriverChangesVolumes',
      Effect: 'Allow',
      Action: ['ec2:CreateSnapshot', 'ec2:DeleteVolume', 'ec2:ModifyVolume'],
      Resource: [ec2('volume/*')],
      Condition: carriesOurTag,
    },
    {
      Sid: 'VolumeDriverCreatesSnapshots',
      Effect: 'Allow',
      Action: ['ec2:CreateSnapshot'],
      Resource: [snapshots],
      Condition: isGivenOurTag,
    },
    {
      Sid: 'VolumeDriverDeletesSnapshots',
      Effect: 'Allow',
      Action: ['ec2:DeleteSnapshot'],
      Resource: [snapshots],
      Condition: carriesOurTag,
    },
    ...encryptionStatements(facts),
  ];
}

/**
 * Claims may be encrypted under the cluster's volumes key; it is used by EC2, never by the driver itself (source: EBS user
 * guide, "Requirements for Amazon EBS encryption").
 */
function encryptionStatements({ partition, region, account, clusterId }: Facts): readonly PolicyStatement[] {
  const volumesKey = {
    [`aws:ResourceTag/${CLUSTER_TAG}`]: clusterId,
    [`aws:ResourceTag/${RESOURCE_TAG}`]: 'key/volumes',
  };
  const Resource = [`arn:${partition}:kms:${region}:${account}:key/*`];
  return [
    {
      Sid: 'VolumeDriverEncrypts',
      Effect: 'Allow',
      Action: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      Resource,
      Condition: { StringEquals: { ...volumesKey, 'kms:ViaService': `ec2.${region}.amazonaws.com` } },
    },
    {
      Sid: 'VolumeDriverLendsKeyToEc2',
      Effect: 'Allow',
      Action: ['kms:CreateGrant'],
      Resource,
      Condition: { StringEquals: volumesKey, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ];
}
