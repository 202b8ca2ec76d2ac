import type { TemplateResource } from '../../local/deployment/template.ts';
import { verbs } from '../../shared/machine/verbs.ts';
import { packagedStack, type Stack, statementsIn } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

let stack: Stack;
beforeAll(async () => {
  stack = await packagedStack();
});

const resource = (logicalId: string): TemplateResource => {
  const found = stack.template.Resources[logicalId];
  if (!found) throw new Error(`The template has no ${logicalId}`);
  return found;
};

test('the table is encrypted, can be restored to any second, and outlives the stack', () => {
  expect(resource('ClustersTable')).toMatchObject({
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  });
});

test('a first deploy that fails leaves nothing whose name the next one would find taken', () => {
  const kept = Object.entries(stack.template.Resources).filter(
    ([, { DeletionPolicy }]) => DeletionPolicy !== undefined,
  );
  expect(kept.map(([name, { DeletionPolicy }]) => [name, DeletionPolicy])).toEqual(
    kept.map(([name]) => [name, 'RetainExceptOnCreate']),
  );
  // CloudFormation could not delete a protected table when it rolls back.
  expect(resource('ClustersTable').Properties).not.toHaveProperty('DeletionProtectionEnabled');
});

test('the Node API outlives the stack, so that machines find it again', () => {
  expect(resource('HttpApi')).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
});

test('the bucket is encrypted, versioned, closed to the public, and outlives the stack', () => {
  expect(resource('Bucket')).toMatchObject({
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      VersioningConfiguration: { Status: 'Enabled' },
      // Under a key of KMS, S3 would ask each reader for kms:Decrypt, which no machine's boundary allows it.
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  });
});

test.each(['Bucket', 'ServerlessDeploymentBucket'])('%s refuses connections without TLS', (bucket) => {
  const policies = stack.ofType('AWS::S3::BucketPolicy').map(([, { Properties }]) => Properties ?? {});
  const policy = policies.find(({ Bucket }) => (Bucket as { Ref?: string }).Ref === bucket);
  expect(statementsIn(policy?.PolicyDocument)).toContainEqual(
    expect.objectContaining({
      Effect: 'Deny',
      Action: ['s3:*'],
      Condition: { Bool: expect.objectContaining({ 'aws:SecureTransport': expect.anything() }) },
    }),
  );
});

test('the operations bus takes events from the deployment’s schedules and from nobody else', () => {
  const { Statement } = resource('OperationsBusPolicy').Properties as { Statement: Record<string, unknown> };
  expect(Statement).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'events:PutEvents' });
  expect(Statement.Condition).toEqual({
    StringNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['ScheduleRole', 'Arn'] } },
  });
});

test('the end of every run of every machine is recorded, however it ended', () => {
  const rules = stack.ofType('AWS::Events::Rule').map(([, { Properties }]) => Properties);
  expect(rules).toContainEqual(
    expect.objectContaining({
      EventPattern: expect.objectContaining({
        source: ['aws.states'],
        detail: expect.objectContaining({ status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] }),
      }),
    }),
  );
});

test('a machine can be sent only the verbs of its own script, in arguments that no shell can read', () => {
  const { Content } = resource('NodeVerbs').Properties as {
    Content: { parameters: Record<string, { allowedValues?: string[]; allowedPattern?: string }> };
  };
  const { Verb, ...others } = Content.parameters;
  expect(Verb?.allowedValues).toEqual(Object.keys(verbs));
  for (const [name, { allowedPattern }] of Object.entries(others)) {
    expect([name, allowedPattern]).toEqual([name, expect.stringMatching(/^\^\[[A-Za-z0-9+/=-]+\]\{\d+,\d+\}\$$/)]);
  }
});
