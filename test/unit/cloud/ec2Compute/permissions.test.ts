import { aRole, policyOf } from '../iam/iamWorld.ts';
import { arm64Image, type Compute, compute, launchInput } from './compute.ts';

const account = 'arn:aws:ec2:us-east-1:123456789012';
const tagged = { Null: { 'aws:RequestTag/kubestep/cluster': 'false' } };

/** What a careful policy allows a launch; each entry can be left out. */
const statements = {
  'instance and volume with our tag': {
    Action: 'ec2:RunInstances',
    Resource: [`${account}:instance/*`, `${account}:volume/*`],
    Condition: tagged,
  },
  image: { Action: 'ec2:RunInstances', Resource: 'arn:aws:ec2:us-east-1::image/*' },
  network: {
    Action: 'ec2:RunInstances',
    Resource: [`${account}:subnet/*`, `${account}:security-group/*`, `${account}:network-interface/*`],
  },
  'tags on what it makes': {
    Action: 'ec2:CreateTags',
    Resource: [`${account}:instance/*`, `${account}:volume/*`],
    Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
  },
};

const Tags = [{ Key: 'kubestep/cluster', Value: 'a' }];
const TagSpecifications = ['instance', 'volume'].map((ResourceType) => ({ ResourceType, Tags }));

async function launchWithout(left: string | undefined, overrides: object = {}): Promise<unknown> {
  const world: Compute = await compute();
  const allowed = Object.entries(statements).filter(([name]) => name !== left);
  const policy = policyOf(...allowed.map(([, statement]) => ({ Effect: 'Allow', ...statement })));
  const session = await aRole(world, { policy });
  return world.callAs(session, 'RunInstances', launchInput(world, { TagSpecifications, ...overrides }));
}

const refused = { name: 'UnauthorizedOperation' };

test('a role that may launch tagged machines launches them', async () => {
  await expect(launchWithout(undefined)).resolves.toMatchObject({ Instances: [{ ImageId: arm64Image }] });
});

test.each(Object.keys(statements))('and is refused without its right to: %s', async (name) => {
  await expect(launchWithout(name)).rejects.toMatchObject(refused);
});

test('and is refused when it leaves the tag out', async () => {
  await expect(launchWithout(undefined, { TagSpecifications: undefined })).rejects.toMatchObject(refused);
});

test('rights by a resource’s tag end at other resources', async () => {
  const world = await compute();
  const policy = policyOf({
    Effect: 'Allow',
    Action: 'ec2:TerminateInstances',
    Resource: `${account}:instance/*`,
    Condition: { StringEquals: { 'aws:ResourceTag/kubestep/cluster': 'a' } },
  });
  const session = await aRole(world, { policy });
  const launched = async (input: object) => {
    const { Instances } = await world.call<{ Instances: { InstanceId: string }[] }>(
      'RunInstances',
      launchInput(world, input),
    );
    return Instances.map(({ InstanceId }) => InstanceId);
  };
  const own = await launched({ TagSpecifications });
  const foreign = await launched({});
  await expect(
    world.callAs(session, 'TerminateInstances', { InstanceIds: [...own, ...foreign] }),
  ).rejects.toMatchObject(refused);
  await expect(world.callAs(session, 'TerminateInstances', { InstanceIds: own })).resolves.toBeDefined();
});
