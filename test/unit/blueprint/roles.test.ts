import type { MachineRole, PolicyStatement } from '../../../shared/blueprint/blueprint.ts';
import { roleBlueprints } from '../../../shared/blueprint/roles.ts';
import { aSpec, someFacts } from '../spec/aSpec.ts';

const roles = roleBlueprints(aSpec({ 'spec.etcd.placement': 'dedicated' }), someFacts());
const statementsOf = (role: MachineRole): readonly PolicyStatement[] =>
  roles.find(({ key }) => key === role)?.statements ?? [];
const actionsOf = (role: MachineRole): readonly string[] => statementsOf(role).flatMap(({ Action }) => Action);
const all = roles.flatMap(({ statements }) => statements);
const allowed = all.filter(({ Effect }) => Effect === 'Allow');

test('no statement allows a pattern of actions', () => {
  expect(all.flatMap(({ Action }) => Action).filter((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action))).toEqual([]);
});

test('what changes something names its resource or its tag; only reads and the agent are allowed on everything', () => {
  const onEverything = allowed.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action);
  const others = onEverything.filter((action) => !/:(Describe|Get)/.test(action) && !action.startsWith('ssmmessages:'));
  expect([...new Set(others)]).toEqual(['ssm:UpdateInstanceInformation']);
});

test('what a role is refused on everything is the writing of our own tags, and nothing else', () => {
  const refused = all.filter(({ Effect }) => Effect === 'Deny');
  expect(refused.map(({ Action, Resource }) => ({ Action, Resource }))).toEqual([
    { Action: ['ec2:CreateTags', 'elasticloadbalancing:AddTags'], Resource: ['*'] },
  ]);
  const keys = refused[0]?.Condition?.['ForAnyValue:StringEqualsIgnoreCase']?.['aws:TagKeys'];
  expect(keys).toEqual(expect.arrayContaining(['kubestep/cluster', 'kubestep/deployment', 'kubestep/resource']));
});

test('a worker has the Node API, its files and images, and nothing else', () => {
  expect(new Set(actionsOf('worker').map((action) => action.split(':')[0]))).toEqual(
    new Set(['execute-api', 's3', 'ecr']),
  );
});

test('only masters unwrap keys, and only those of their cluster', () => {
  expect(actionsOf('etcd')).not.toContain('kms:Decrypt');
  expect(actionsOf('worker')).not.toContain('kms:Decrypt');
  const decrypts = statementsOf('master').filter(({ Action }) => Action.includes('kms:Decrypt'));
  const unwrap = decrypts.filter(({ Condition }) => Condition?.StringEquals?.['kms:ViaService'] === undefined);
  expect(unwrap).toHaveLength(1);
  expect(unwrap[0]?.Condition?.StringEquals).toMatchObject({
    'kms:EncryptionContext:clusterId': 'demo-x7k2p',
    'aws:ResourceTag/kubestep/cluster': 'demo-x7k2p',
  });
});

test.each<MachineRole>(['master', 'etcd', 'worker'])(
  'a %s reads its own bundles, and no other role or cluster',
  (role) => {
    const objects = statementsOf(role)
      .filter(({ Action }) => Action.includes('s3:GetObject'))
      .flatMap(({ Resource }) => Resource);
    expect(objects).toEqual([
      'arn:aws:s3:::kubestep-dev-bucket/assets/*',
      `arn:aws:s3:::kubestep-dev-bucket/clusters/demo-x7k2p/bundles/${role}/*`,
    ]);
    expect(actionsOf(role).filter((action) => action.startsWith('s3:'))).toEqual(['s3:GetObject']);
  },
);

test('machines call three routes of the Node API and no other', () => {
  const routes = statementsOf('worker').find(({ Sid }) => Sid === 'NodeApi')?.Resource;
  expect(routes).toEqual(
    ['GET/node/bundle', 'POST/node/certificates', 'POST/node/report'].map(
      (route) => `arn:aws:execute-api:us-east-1:123456789012:abc123/$default/${route}`,
    ),
  );
});

test('the volumes key is lent to EC2 only, and no master reads what it encrypts', () => {
  const through = statementsOf('master').find(({ Sid }) => Sid === 'VolumeDriverEncrypts');
  expect(through?.Condition?.StringEquals).toMatchObject({
    'aws:ResourceTag/kubestep/cluster': 'demo-x7k2p',
    'aws:ResourceTag/kubestep/resource': 'key/volumes',
    'kms:ViaService': 'ec2.us-east-1.amazonaws.com',
  });
  const lends = statementsOf('master').filter(({ Action }) => Action.includes('kms:CreateGrant'));
  expect(lends.map(({ Condition }) => Condition?.Bool)).toEqual([{ 'kms:GrantIsForAWSResource': 'true' }]);
});

test('an addon that is left out takes its permissions with it', () => {
  const [master] = roleBlueprints(aSpec({ 'spec.addons': ['coredns'] }), someFacts());
  expect(master?.statements.map(({ Sid }) => Sid).filter((sid) => /^(CloudController|VolumeDriver)/.test(sid))).toEqual(
    [],
  );
});

test('every policy fits into a role: 10,240 characters, each Sid once', () => {
  for (const { statements } of roles) {
    expect(JSON.stringify(statements).length).toBeLessThan(10_000);
    const sids = statements.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]+$/);
  }
});
