import type { TerraformExport } from '../../shared/export/terraform/exportTerraform.ts';
import { callLog } from '../support/callLog.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { declaredIn, importsIn } from '../unit/export/anExport.ts';

jest.setTimeout(120_000);

const log = callLog();
let account: TestAccount;
beforeAll(async () => {
  account = await anAccountWithCluster({ observers: [log.observer] });
});

const exported = () => account.ask('GET', '/clusters/demo/export/terraform');

/** Ids that AWS gave, by the type that imports them. */
const idsOf = (answer: TerraformExport, type: string): string[] =>
  importsIn(answer).flatMap(({ to, id }) => (to.startsWith(`${type}.`) ? [id] : []));

test('a cluster is exported with the ids of what AWS has, and nothing is written anywhere', async () => {
  const before = log.calls.length;
  const { status, body } = await exported();
  expect(status).toBe(200);
  const calls = log.calls.slice(before).map(({ operation }) => operation);
  // Invoke is the HTTP API's, which calls the function.
  expect(calls.filter((operation) => !/^(Describe|List|Get|Query|Invoke$)/.test(operation))).toEqual([]);

  const { Subnets } = await callAws<{ Subnets: { SubnetId: string }[] }>(account, 'ec2:DescribeSubnets', {});
  expect(idsOf(body, 'aws_subnet').sort()).toEqual(Subnets.map(({ SubnetId }) => SubnetId).sort());
  const { Volumes } = await callAws<{ Volumes: { VolumeId: string; Size: number }[] }>(
    account,
    'ec2:DescribeVolumes',
    {},
  );
  const known = new Set(Volumes.map(({ VolumeId }) => VolumeId));
  expect(idsOf(body, 'aws_ebs_volume').filter((id) => !known.has(id))).toEqual([]);
  expect(idsOf(body, 'aws_ebs_volume')).toHaveLength(3);
  expect(idsOf(body, 'aws_lb_listener')).toEqual([expect.stringContaining(':listener/net/')]);
});

test('what only wears the cluster’s tags is not exported', async () => {
  const [real] = idsOf((await exported()).body, 'aws_internet_gateway');
  const { InternetGateways } = await callAws<{ InternetGateways: { Tags: object[] }[] }>(
    account,
    'ec2:DescribeInternetGateways',
    { InternetGatewayIds: [real] },
  );
  const TagSpecifications = [{ ResourceType: 'internet-gateway', Tags: InternetGateways[0]?.Tags }];
  await callAws(account, 'ec2:CreateInternetGateway', { TagSpecifications });
  await account.clock.advance({ minutes: 1 });
  expect(idsOf((await exported()).body, 'aws_internet_gateway')).toEqual([real]);
});

test('user data is exported as the machines get it: the way to the deployment and a hash, no secret', async () => {
  const { body } = await exported();
  const [template] = declaredIn(body).filter(({ type }) => type === 'aws_launch_template');
  const userData = Buffer.from(String(template?.values.user_data), 'base64').toString();
  expect(userData).toMatch(/[0-9a-f]{64}/);
  expect(JSON.stringify(body) + userData).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE/);
});

test('a version that somebody adds to a launch template, and launches, is none of the cluster’s', async () => {
  const before = (await exported()).body.files['node_groups.tf.json'];
  const [LaunchTemplateId] = idsOf((await exported()).body, 'aws_launch_template');
  const LaunchTemplateData = { UserData: Buffer.from('curl evil').toString('base64') };
  await callAws(account, 'ec2:CreateLaunchTemplateVersion', {
    LaunchTemplateId,
    SourceVersion: '1',
    LaunchTemplateData,
  });
  const [AutoScalingGroupName] = idsOf((await exported()).body, 'aws_autoscaling_group');
  const LaunchTemplate = { LaunchTemplateSpecification: { LaunchTemplateId, Version: '2' } };
  const MixedInstancesPolicy = { LaunchTemplate };
  await callAws(account, 'autoscaling:UpdateAutoScalingGroup', { AutoScalingGroupName, MixedInstancesPolicy });
  await account.clock.advance({ minutes: 1 });
  expect((await exported()).body.files['node_groups.tf.json']).toEqual(before);
});

test('a cluster that is not whole is not exported: the refusal names what AWS does not show', async () => {
  const [id] = idsOf((await exported()).body, 'aws_launch_template');
  await callAws(account, 'ec2:DeleteLaunchTemplate', { LaunchTemplateId: id });
  await account.clock.advance({ minutes: 1 });
  const { status, body } = await exported();
  expect([status, body.error]).toEqual([400, 'InvalidRequest']);
  expect(body.message).toContain('launch-template/workers');
});

test('a cluster that does not exist cannot be exported', async () => {
  expect((await account.ask('GET', '/clusters/other/export/terraform')).status).toBe(404);
});
