import { knownResources } from '../../../shared/store/resources.ts';
import { asAdministrator, bundlesRendered, createMachines } from './createMachines.ts';
import { createNetwork } from './createNetwork.ts';
import { type Answer, conflict, failsOnItsWay, lostAnswer, settle, tagged, tagsFor } from './planted.ts';
import { type Steps, steps } from './steps.ts';

jest.setTimeout(120_000); // whole clusters, on machines that may be busy

describe('a volume with our tags', () => {
  test('that is not encrypted, and one that is all like ours, are never attached: no volume is taken over', async () => {
    const cluster = await steps();
    const { zone } = cluster.plan.blueprint.slots[0] ?? {};
    const planted: string[] = [];
    for (const Encrypted of [false, true]) {
      const { VolumeId } = await cluster.aws.call<Answer>('CreateVolume', {
        AvailabilityZone: zone,
        Size: 20,
        VolumeType: 'gp3',
        Encrypted,
        TagSpecifications: tagged(cluster, 'volume', 'volume/master-0'),
      });
      planted.push(VolumeId);
    }
    await settle(cluster);
    await createMachines(cluster);
    const known = await asAdministrator(cluster.aws, () => knownResources(cluster.clusterId));
    expect(planted).not.toContain(known.idOf('volume/master-0'));
    const { Volumes } = await cluster.aws.call<Answer>('DescribeVolumes', { VolumeIds: planted });
    expect(Volumes.map(({ State }: Answer) => State)).toEqual(['available', 'available']);
  });
});

describe('a key', () => {
  test('to which somebody gave our alias is no key of the cluster', async () => {
    const cluster = await steps();
    await cluster.run('createRoles');
    const alias = cluster.plan.blueprint.keys.find(({ key }) => key === 'kubernetes-ca')?.alias;
    const { KeyMetadata } = await cluster.aws.call<Answer>('kms:CreateKey', {
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      Tags: tagsFor(cluster, 'key/kubernetes-ca').map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
    });
    await settle(cluster);
    await cluster.aws.call('kms:CreateAlias', { AliasName: alias, TargetKeyId: KeyMetadata.KeyId });
    await settle(cluster);
    await expect(cluster.run('createKeys')).rejects.toMatchObject(conflict('kubernetes-ca', KeyMetadata.Arn));
  });

  test.each([
    ['policy', {}, 'its policy is'],
    ['spec', { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' }, 'its spec is SYMMETRIC_DEFAULT'],
  ])('with our tags and another %s is not what a lost answer left', async (_, differing, difference) => {
    const cluster = await steps({}, [failsOnItsWay('CreateKey')]);
    await cluster.run('createRoles');
    await settle(cluster);
    await expect(cluster.once('createKeys')).rejects.toMatchObject(lostAnswer);
    await settle(cluster);
    await cluster.aws.call('kms:CreateKey', {
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      Tags: tagsFor(cluster, 'key/kubernetes-ca').map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
      ...differing,
    });
    await settle(cluster);
    await expect(cluster.run('createKeys')).rejects.toMatchObject(conflict('arn:aws:kms:', difference));
  });
});

describe('a role with our name', () => {
  const trust = (...Service: string[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
    });

  const plantRole = async (cluster: Steps, differing: Answer = {}) => {
    const role = cluster.plan.blueprint.roles.find(({ key }) => key === 'master');
    const input = {
      RoleName: role?.name,
      Path: role?.path,
      AssumeRolePolicyDocument: trust('ec2.amazonaws.com'),
      PermissionsBoundary: cluster.plan.facts.deployment.permissionsBoundaryArn,
      Tags: tagsFor(cluster, 'role/master'),
      ...differing,
    };
    await cluster.aws.call('iam:CreateRole', input);
    return String(role?.name);
  };

  test('that says the same in other words is taken over', async () => {
    const cluster = await steps();
    await plantRole(cluster);
    await settle(cluster);
    await cluster.run('createRoles');
  });

  test.each([
    [
      'lets Lambda assume it, too',
      { AssumeRolePolicyDocument: trust('ec2.amazonaws.com', 'lambda.amazonaws.com') },
      'its trust policy is .*lambda',
    ],
    ['has no boundary', { PermissionsBoundary: undefined }, 'its permissions boundary is'],
    ['is tagged otherwise', { Tags: [] }, 'its tag is none'],
    ['is outside of the path', { Path: '/' }, '.*outside of'],
  ])('and that %s is named', async (_, differing, difference) => {
    const cluster = await steps();
    const name = await plantRole(cluster, differing);
    await settle(cluster);
    await expect(cluster.run('createRoles')).rejects.toMatchObject(conflict(name, difference));
  });

  test('and to which policies were added is named', async () => {
    const cluster = await steps();
    const RoleName = await plantRole(cluster);
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
    });
    await cluster.aws.call('iam:PutRolePolicy', { RoleName, PolicyName: 'more', PolicyDocument });
    await settle(cluster);
    await expect(cluster.run('createRoles')).rejects.toMatchObject(
      conflict(RoleName, 'its further inline policies is .*more'),
    );
  });

  test('and whose profile holds another role is named', async () => {
    const cluster = await steps();
    const name = await plantRole(cluster);
    await cluster.aws.call('iam:CreateRole', {
      RoleName: 'admin',
      AssumeRolePolicyDocument: trust('ec2.amazonaws.com'),
    });
    await cluster.aws.call('iam:CreateInstanceProfile', {
      InstanceProfileName: name,
      Path: `/kubestep/${cluster.plan.blueprint.cluster.deploymentId}/`,
      Tags: tagsFor(cluster, 'instance-profile/master'),
    });
    await cluster.aws.call('iam:AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName: 'admin' });
    await settle(cluster);
    await expect(cluster.run('createRoles')).rejects.toMatchObject(conflict(name, 'its further roles is .*admin'));
  });
});

describe('a node group', () => {
  async function beforeGroups() {
    const cluster = await steps();
    const { subnetIds, securityGroupIds } = (await createNetwork(cluster)) as Answer;
    await cluster.run('createRoles');
    const { keyArns } = await cluster.run('createKeys');
    await bundlesRendered(cluster);
    await settle(cluster);
    const [group] = cluster.plan.blueprint.nodeGroups;
    if (!group) throw new Error('no node group');
    return { cluster, group, subnetIds, input: { subnetIds, securityGroupIds, keyArns } };
  }

  test('is never launched from a version that somebody else added under our description', async () => {
    const { cluster, group, input } = await beforeGroups();
    await cluster.run('createNodeGroups', input);
    const LaunchTemplateName = group.groupName;
    const { LaunchTemplateVersions } = await cluster.aws.call<Answer>('DescribeLaunchTemplateVersions', {
      LaunchTemplateName,
    });
    const { VersionDescription } = LaunchTemplateVersions[0];
    await cluster.aws.call('autoscaling:DeleteAutoScalingGroup', { AutoScalingGroupName: group.groupName });
    await cluster.aws.call('CreateLaunchTemplateVersion', {
      LaunchTemplateName,
      VersionDescription,
      LaunchTemplateData: { ImageId: group.machine.imageId, UserData: Buffer.from('#!/bin/sh').toString('base64') },
    });
    await settle(cluster);
    await cluster.run('createNodeGroups', input);
    const { AutoScalingGroups } = await cluster.aws.call<Answer>('autoscaling:DescribeAutoScalingGroups');
    const launch = AutoScalingGroups[0].MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification;
    expect(launch.Version).toBe('1');
  });

  test('whose launch template has our name and not our tags is named', async () => {
    const { cluster, group, input } = await beforeGroups();
    const LaunchTemplateData = { ImageId: group.machine.imageId };
    await cluster.aws.call('CreateLaunchTemplate', { LaunchTemplateName: group.groupName, LaunchTemplateData });
    await settle(cluster);
    await expect(cluster.run('createNodeGroups', input)).rejects.toMatchObject(
      conflict(group.groupName, 'its tag is none'),
    );
  });

  test.each([
    [
      'fewer subnets',
      (found: Answer) => ({ VPCZoneIdentifier: found.VPCZoneIdentifier.split(',')[0] }),
      'its subnets is',
    ],
    ['no hook', () => ({ LifecycleHookSpecificationList: undefined }), 'its lifecycle hooks is none'],
    ['no protection', () => ({ NewInstancesProtectedFromScaleIn: false }), 'its protection of new instances is false'],
    ['other tags', () => ({ Tags: [] }), 'its tag is none'],
  ])('with our name and %s is named', async (_, differing, difference) => {
    const { cluster, group, input } = await beforeGroups();
    await cluster.run('createNodeGroups', input);
    const AutoScalingGroupName = group.groupName;
    const { AutoScalingGroups } = await cluster.aws.call<Answer>('autoscaling:DescribeAutoScalingGroups');
    const found = AutoScalingGroups[0];
    await cluster.aws.call('autoscaling:DeleteAutoScalingGroup', { AutoScalingGroupName });
    await settle(cluster);
    await cluster.aws.call('autoscaling:CreateAutoScalingGroup', {
      AutoScalingGroupName,
      MinSize: 0,
      MaxSize: 3,
      VPCZoneIdentifier: found.VPCZoneIdentifier,
      MixedInstancesPolicy: found.MixedInstancesPolicy,
      NewInstancesProtectedFromScaleIn: true,
      LifecycleHookSpecificationList: [
        { LifecycleHookName: 'kubestep-drain', LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING' },
      ],
      Tags: tagsFor(cluster, `auto-scaling-group/${group.name}`).map((tag) => ({ ...tag, PropagateAtLaunch: false })),
      ...differing(found),
    });
    await expect(cluster.run('createNodeGroups', input)).rejects.toMatchObject(conflict(group.groupName, difference));
  });
});
