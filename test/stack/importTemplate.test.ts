import { packagedStack } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

interface Import {
  readonly template: { readonly Resources: Readonly<Record<string, { readonly DeletionPolicy?: string }>> };
  readonly resources: readonly { readonly LogicalResourceId: string; readonly ResourceIdentifier: object }[];
}

const { importOf } = jest.requireActual<{ importOf(template: object, names: object): Import }>(
  '../../resources/importTemplate.cjs',
);

const names = { bucket: 'kubestep-dev-1-us-east-1', apiId: 'abc', packages: 'packages' };
const boundary = 'arn:aws:iam::1:policy/kubestep/kubestep-dev-us-east-1/kubestep-dev-us-east-1-machines';

test('a deployment that comes back takes in everything that an earlier one left, each by its name', async () => {
  const { template } = await packagedStack();
  const kept = Object.entries(template.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy !== undefined);
  const { template: part, resources } = importOf(template, names);
  expect(Object.keys(part.Resources).sort()).toEqual(
    [...kept.map(([name]) => name), 'ServerlessDeploymentBucket'].sort(),
  );
  expect(Object.values(part.Resources).every(({ DeletionPolicy }) => DeletionPolicy !== undefined)).toBe(true);
  expect(new Map(resources.map((each) => [each.LogicalResourceId, each.ResourceIdentifier]))).toEqual(
    new Map<string, object>([
      ['ClustersTable', { TableName: 'kubestep-dev' }],
      ['Bucket', { BucketName: names.bucket }],
      ['HttpApi', { ApiId: 'abc' }],
      ['ServerlessDeploymentBucket', { BucketName: 'packages' }],
    ]),
  );
});

test('over living clusters it takes in the boundary, too, which IAM does not delete while their roles have it', async () => {
  const { template } = await packagedStack();
  const alone = importOf(template, names);
  const { template: part, resources } = importOf(template, { ...names, boundary });
  expect(Object.keys(part.Resources)).toEqual([...Object.keys(alone.template.Resources), 'PermissionsBoundary']);
  expect(part.Resources.PermissionsBoundary?.DeletionPolicy).toBe('Retain');
  expect(resources.slice(alone.resources.length)).toEqual([
    {
      ResourceType: 'AWS::IAM::ManagedPolicy',
      LogicalResourceId: 'PermissionsBoundary',
      ResourceIdentifier: { PolicyArn: boundary },
    },
  ]);
});

test.each([names, { ...names, boundary }])(
  'what is taken in refers to nothing that is not there yet',
  async (existing) => {
    const { template } = await packagedStack();
    const { template: part } = importOf(template, existing);
    const text = JSON.stringify(part);
    const references = [
      ...text.matchAll(/"(?:Ref|Fn::GetAtt)":\[?"([\w:]+)"/g),
      ...text.matchAll(/\$\{(\w[\w:]*)[^}]*\}/g), // within Fn::Sub; ${!…} is left to IAM
    ].map(([, name]) => name ?? '');
    expect(references).toContain('AWS::AccountId');
    expect(references.filter((name) => !name.startsWith('AWS::') && !(name in part.Resources))).toEqual([]);
  },
);

test('the HTTP API is taken in without routes, so that the deployment after it differs and imports them', async () => {
  const { template } = await packagedStack();
  const { template: part } = importOf(template, names);
  const bodyOf = (resources: typeof part.Resources) =>
    (resources['HttpApi'] as { Properties: { Body: { paths: object } } }).Properties.Body;
  expect(bodyOf(part.Resources).paths).toEqual({});
  expect(Object.keys(bodyOf(template.Resources as typeof part.Resources).paths)).not.toHaveLength(0);
});
