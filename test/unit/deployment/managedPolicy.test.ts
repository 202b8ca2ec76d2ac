import { iam } from '../../../local/cloud/iam/service.ts';
import { deploy } from '../../../local/deployment/deploy.ts';
import { deployManagedPolicy } from '../../../local/deployment/deployers/iam.ts';
import { testCloud, testWorld } from '../../support/testWorld.ts';

const allowing = (action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});

/** An account to which one policy is deployed, as often as a test likes. */
function anAccount() {
  const { cloud, world, call } = testCloud([iam], { world: testWorld() });
  const deployed = async (action: string) => {
    const properties = { ManagedPolicyName: 'most', Path: '/kubestep/', PolicyDocument: allowing(action) };
    const template = { Resources: { Most: { Type: 'AWS::IAM::ManagedPolicy', Properties: properties } } };
    const made = deploy(template, cloud, { 'AWS::IAM::ManagedPolicy': deployManagedPolicy });
    return (await world.clock.runUntil(made)).get('Most')?.ref ?? '';
  };
  const versions = async (PolicyArn: string) => {
    const listed = await call('iam:ListPolicyVersions', { PolicyArn });
    return (listed as { Versions: { VersionId: string; IsDefaultVersion: boolean }[] }).Versions;
  };
  const inForce = async (PolicyArn: string) => {
    const [version] = (await versions(PolicyArn)).filter(({ IsDefaultVersion }) => IsDefaultVersion);
    const shown = await call('iam:GetPolicyVersion', { PolicyArn, VersionId: version?.VersionId });
    return JSON.parse(decodeURIComponent((shown as { PolicyVersion: { Document: string } }).PolicyVersion.Document));
  };
  return { deployed, versions, inForce };
}

test('a policy that is deployed again says what the template says now', async () => {
  const { deployed, inForce } = anAccount();
  const arn = await deployed('s3:GetObject');
  expect(await deployed('s3:PutObject')).toBe(arn);
  expect(await inForce(arn)).toEqual(allowing('s3:PutObject'));
});

test('a policy can be deployed more often than it holds versions, and keeps one', async () => {
  const { deployed, inForce, versions } = anAccount();
  const actions = Array.from({ length: 8 }, (_, index) => `s3:Get${index}`);
  for (const action of actions) await deployed(action);
  const arn = await deployed('s3:GetObject');
  expect(await inForce(arn)).toEqual(allowing('s3:GetObject'));
  expect(await versions(arn)).toHaveLength(1);
});

test('a policy that did not change gets no version', async () => {
  const { deployed, versions } = anAccount();
  const arn = await deployed('s3:GetObject');
  await deployed('s3:GetObject');
  expect((await versions(arn)).map(({ VersionId }) => VersionId)).toEqual(['v1']);
});
