import type { LaunchTemplateVersion } from '@aws-sdk/client-ec2';
import { arm64Image, type Compute, compute, described, launch } from './compute.ts';

async function aTemplate(world: Compute, LaunchTemplateData: object = {}, others: object = {}): Promise<string> {
  const { LaunchTemplate } = await world.call<{ LaunchTemplate: { LaunchTemplateId: string } }>(
    'CreateLaunchTemplate',
    {
      LaunchTemplateName: 'nodes',
      LaunchTemplateData: { ImageId: arm64Image, InstanceType: 't4g.small', ...LaunchTemplateData },
      ...others,
    },
  );
  return LaunchTemplate.LaunchTemplateId;
}

async function versions(world: Compute, input: object): Promise<LaunchTemplateVersion[]> {
  const answer = await world.call<{ LaunchTemplateVersions: LaunchTemplateVersion[] }>(
    'DescribeLaunchTemplateVersions',
    input,
  );
  return answer.LaunchTemplateVersions;
}

test('a new version is the latest and not the default, and takes what it does not say from its source', async () => {
  const world = await compute();
  const LaunchTemplateId = await aTemplate(world);
  const LaunchTemplateData = { InstanceType: 't4g.large' };
  await world.call('CreateLaunchTemplateVersion', { LaunchTemplateId, SourceVersion: '1', LaunchTemplateData });
  await world.call('CreateLaunchTemplateVersion', { LaunchTemplateId, LaunchTemplateData });
  const [latest, standard, second] = await versions(world, {
    LaunchTemplateId,
    Versions: ['$Latest', '$Default', '2'],
  });
  expect([latest?.VersionNumber, standard?.VersionNumber]).toEqual([3, 1]);
  expect(second?.LaunchTemplateData).toMatchObject({ ImageId: arm64Image, InstanceType: 't4g.large' });
  expect(latest?.LaunchTemplateData?.ImageId).toBeUndefined();
});

test('the default version moves and cannot be deleted, others can', async () => {
  const world = await compute();
  const LaunchTemplateId = await aTemplate(world);
  await world.call('CreateLaunchTemplateVersion', { LaunchTemplateId, SourceVersion: '1', LaunchTemplateData: {} });
  await world.call('ModifyLaunchTemplate', { LaunchTemplateId, DefaultVersion: '2' });
  const outcome = await world.call<Record<string, { VersionNumber: number }[]>>('DeleteLaunchTemplateVersions', {
    LaunchTemplateId,
    Versions: ['1', '2', '7'],
  });
  expect(outcome.SuccessfullyDeletedLaunchTemplateVersions?.map(({ VersionNumber }) => VersionNumber)).toEqual([1]);
  expect(outcome.UnsuccessfullyDeletedLaunchTemplateVersions?.map(({ VersionNumber }) => VersionNumber)).toEqual([
    2, 7,
  ]);
});

test('a launch follows its template, and the request wins', async () => {
  const world = await compute();
  const LaunchTemplateId = await aTemplate(world, {
    UserData: Buffer.from('template').toString('base64'),
    TagSpecifications: [
      {
        ResourceType: 'instance',
        Tags: [
          { Key: 'a', Value: 'template' },
          { Key: 'b', Value: 'template' },
        ],
      },
    ],
  });
  const [instance] = await launch(world, {
    ImageId: undefined,
    InstanceType: 't4g.medium',
    LaunchTemplate: { LaunchTemplateId, Version: '1' },
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'b', Value: 'request' }] }],
  });
  await world.world.clock.advance({ seconds: 1 });
  const shown = await described(world, instance?.InstanceId ?? '');
  expect(shown.InstanceType).toBe('t4g.medium');
  expect(Object.fromEntries(shown.Tags?.map(({ Key, Value }) => [Key, Value]) ?? [])).toMatchObject({
    a: 'template',
    b: 'request',
    'aws:ec2launchtemplate:version': '1',
  });
});

test('names are unique and freed by deletion; a token creates one template', async () => {
  const world = await compute();
  const LaunchTemplateId = await aTemplate(world, {}, { ClientToken: 'once' });
  expect(await aTemplate(world, {}, { ClientToken: 'once' })).toBe(LaunchTemplateId);
  const again = { LaunchTemplateName: 'nodes', LaunchTemplateData: { ImageId: arm64Image } };
  expect((await world.errorOf('CreateLaunchTemplate', again)).name).toBe(
    'InvalidLaunchTemplateName.AlreadyExistsException',
  );
  await world.call('DeleteLaunchTemplate', { LaunchTemplateName: 'nodes' });
  const gone = await world.errorOf('DescribeLaunchTemplates', { LaunchTemplateNames: ['nodes'] });
  expect(gone.name).toBe('InvalidLaunchTemplateName.NotFoundException');
  await expect(world.call('CreateLaunchTemplate', again)).resolves.toBeDefined();
});

test.each([
  ['an unknown id', 'InvalidLaunchTemplateId.NotFound', { LaunchTemplateId: 'lt-0123456789abcdef0' }],
  ['an unknown version', 'InvalidLaunchTemplateId.VersionNotFound', { LaunchTemplateName: 'nodes', Versions: ['9'] }],
  [
    'id and name at once',
    'InvalidParameterCombination',
    { LaunchTemplateName: 'nodes', LaunchTemplateId: 'lt-0123456789abcdef0' },
  ],
])('versions of %s: %s', async (_, code, input) => {
  const world = await compute();
  await aTemplate(world);
  expect((await world.errorOf('DescribeLaunchTemplateVersions', input)).name).toBe(code);
});
