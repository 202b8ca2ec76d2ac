import { kms } from '../../../../local/cloud/kms/service.ts';
import type { RoleSession } from '../../../../local/cloud/principal.ts';
import { type Compute, compute } from '../ec2Compute/compute.ts';
import { aRole, policyOf } from '../iam/iamWorld.ts';
import { activities, aTemplate, group, groupInput, inService } from './groups.ts';

/** What making a group from a tagged template takes; `without` leaves out one action. */
function policy(without?: string): string {
  const actions = [
    'autoscaling:CreateAutoScalingGroup',
    'autoscaling:CreateOrUpdateTags',
    'ec2:RunInstances',
    'ec2:CreateTags',
    'iam:PassRole',
    'iam:CreateServiceLinkedRole',
  ];
  return policyOf({ Effect: 'Allow', Action: actions.filter((action) => action !== without), Resource: '*' });
}

async function aProfile(world: Compute): Promise<void> {
  const Principal = { Service: 'ec2.amazonaws.com' };
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] };
  await world.call('iam:CreateRole', { RoleName: 'node', AssumeRolePolicyDocument: JSON.stringify(trust) });
  await world.call('iam:CreateInstanceProfile', { InstanceProfileName: 'node' });
  await world.call('iam:AddRoleToInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' });
  await world.world.clock.advance({ seconds: 20 });
}

const template = {
  IamInstanceProfile: { Name: 'node' },
  TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'kubestep/cluster', Value: 'a' }] }],
};

describe('the creator of a group must be allowed to launch what its template says', () => {
  const make = async (without?: string) => {
    const world = await compute();
    await aProfile(world);
    const templateId = await aTemplate(world, template);
    const session: RoleSession = await aRole(world, { policy: policy(without) });
    const Tags = [{ Key: 'kubestep/cluster', Value: 'a' }];
    return world.callAs(session, 'autoscaling:CreateAutoScalingGroup', groupInput(world, templateId, { Tags }));
  };

  test('with everything it works', async () => {
    await expect(make()).resolves.toEqual({});
  });

  test.each([
    'autoscaling:CreateAutoScalingGroup',
    'autoscaling:CreateOrUpdateTags',
    'ec2:RunInstances',
    'ec2:CreateTags',
    'iam:PassRole',
    'iam:CreateServiceLinkedRole',
  ])('without %s it is refused', async (action) => {
    await expect(make(action)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(action),
    });
  });
});

describe('a group whose volumes have a key of their own', () => {
  const statements = (role: string) => [
    {
      Sid: 'Account',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:root' },
      Action: 'kms:*',
      Resource: '*',
    },
    { Sid: 'AutoScaling', Effect: 'Allow', Principal: { AWS: role }, Action: 'kms:*', Resource: '*' },
  ];

  async function encryptedGroup(letsAutoScalingIn: boolean): Promise<Compute> {
    const world = await compute({}, [kms]);
    const { Role } = await world.call<{ Role: { Arn: string } }>('iam:CreateServiceLinkedRole', {
      AWSServiceName: 'autoscaling.amazonaws.com',
    });
    await world.world.clock.advance({ minutes: 1 });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: statements(Role.Arn).slice(0, letsAutoScalingIn ? 2 : 1),
    });
    const { KeyMetadata } = await world.call<{ KeyMetadata: { Arn: string } }>('kms:CreateKey', { Policy });
    const Ebs = { VolumeSize: 20, VolumeType: 'gp3', Encrypted: true, KmsKeyId: KeyMetadata.Arn };
    const templateId = await aTemplate(world, { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] });
    await world.call('autoscaling:CreateAutoScalingGroup', groupInput(world, templateId, { DesiredCapacity: 1 }));
    await world.world.clock.advance({ minutes: 1 });
    return world;
  }

  test('launches when the key lets Auto Scaling’s own role in', async () => {
    expect(await inService(await encryptedGroup(true))).toHaveLength(1);
  });

  test('launches in vain when the key does not, and says why', async () => {
    const world = await encryptedGroup(false);
    expect(await inService(world)).toEqual([]);
    const cancelled = (await activities(world)).filter(({ StatusCode }) => StatusCode === 'Cancelled');
    expect(cancelled.length).toBeGreaterThan(0);
    expect(cancelled[0]?.StatusMessage).toContain('Client.InvalidKMSKey.InvalidState');
    expect((await group(world)).DesiredCapacity).toBe(1);
  });
});
