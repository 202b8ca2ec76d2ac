import type { PolicyStatement, RoleBlueprint } from '../../../shared/blueprint/blueprint.ts';
import { roleBlueprints } from '../../../shared/blueprint/roles.ts';
import { aSpec, type Changes, someFacts } from '../spec/aSpec.ts';
import { allows, boundaryDocument, type Request } from './machinesBoundary.ts';

const clusterId = 'demo-x7k2p';
const rolesOf = (changes: Changes, id = clusterId): readonly RoleBlueprint[] =>
  roleBlueprints(aSpec(changes), someFacts({ clusterId: id }));

const specs: readonly (readonly [string, Changes])[] = [
  ['stacked etcd and all addons', {}],
  ['dedicated etcd', { 'spec.etcd.placement': 'dedicated' }],
  ['no addons', { 'spec.addons': [] }],
  ['calico', { 'spec.network.plugin': 'calico', 'spec.network.calico.mode': 'bgp-cross-subnet' }],
];

/** Statements that are the same for every cluster: they read, or reach what is no cluster's own. */
const ofEveryCluster = [
  'NodeApi',
  'RemoteVerbs',
  'RegistryLogin',
  'PullImages',
  'CloudControllerReads',
  'VolumeDriverReads',
];

/** Every request that a statement is there for, on a resource that kubestep has made for the cluster. */
function requestsOf({ Action, Resource, Condition = {} }: PolicyStatement): readonly Request[] {
  const context: Record<string, string | readonly string[]> = {};
  for (const [key, value] of Object.values(Condition).flatMap((tests) => Object.entries(tests))) {
    context[key] = typeof value === 'string' ? value : (value[0] ?? '');
  }
  const requestTags = Object.keys(context).filter((key) => key.startsWith('aws:RequestTag/'));
  if (requestTags.length > 0) context['aws:TagKeys'] = requestTags.map((key) => key.slice('aws:RequestTag/'.length));
  if (Object.keys(context).some((key) => key.startsWith('aws:ResourceTag/'))) {
    context['aws:ResourceTag/kubestep/cluster'] = clusterId;
  }
  return Action.flatMap((action) =>
    Resource.map((resource) => ({ action, resource: resource.replaceAll('*', 'some-id'), context })),
  );
}

const by = (id: string, request: Request): Request => ({
  ...request,
  context: { ...request.context, 'aws:PrincipalTag/kubestep/cluster': id },
});
const boundaryAllows = (id: string, request: Request) => allows(boundaryDocument, by(id, request));
const told = ({ action, resource }: Request) => `${action} on ${resource}`;

describe.each(specs)('the roles of a cluster with %s', (_, changes) => {
  const statements = rolesOf(changes).flatMap((role) => role.statements);
  const requests = statements.flatMap(requestsOf);

  test('may be used in full: the boundary allows what they allow', () => {
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.filter((request) => !boundaryAllows(clusterId, request)).map(told)).toEqual([]);
  });

  test('are good for nothing when another cluster’s machines have them', () => {
    const own = statements
      .filter(({ Sid }) => !ofEveryCluster.includes(Sid))
      .flatMap(requestsOf)
      .filter(({ resource }) => !resource.includes('/assets/') && !resource.includes(':vpc/'));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((request) => boundaryAllows('other-a1b2c', request)).map(told)).toEqual([]);
  });
});

test('the boundary knows no action that no role has', () => {
  const given = new Set(
    specs.flatMap(([, changes]) => rolesOf(changes)).flatMap((role) => role.statements.flatMap(({ Action }) => Action)),
  );
  const known = new Set((JSON.parse(boundaryDocument).Statement as PolicyStatement[]).flatMap(({ Action }) => Action));
  expect([...known].sort()).toEqual([...given].sort());
});

test('the boundary fits into a managed policy', () => {
  // Source: IAM User Guide, "IAM and AWS STS quotas". References are filled in; names of a stage may be longer.
  expect(boundaryDocument.length).toBeLessThan(6144 - 500);
});

test('a machine of a role without the cluster’s tag reads no bundle and unwraps no key', () => {
  const requests = rolesOf({})
    .flatMap((role) => role.statements)
    .filter(({ Sid }) => ['AssetsAndOwnBundles', 'UnwrapOwnKeys'].includes(Sid))
    .flatMap(requestsOf)
    .filter(({ resource }) => !resource.includes('/assets/'));
  expect(requests.length).toBeGreaterThan(0);
  expect(requests.filter((request) => allows(boundaryDocument, request)).map(told)).toEqual([]);
});

test('what Kubernetes alone has made for another cluster is refused by the role’s own policy', () => {
  const deletion: Request = {
    action: 'elasticloadbalancing:DeleteLoadBalancer',
    resource: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a1/b2',
    context: { 'aws:ResourceTag/kubernetes.io/cluster/other-a1b2c': 'owned' },
  };
  const documentOf = (id: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: rolesOf({}, id).find(({ key }) => key === 'master')?.statements,
    });
  expect(allows(documentOf(clusterId), by(clusterId, deletion))).toBe(false);
  expect(allows(documentOf('other-a1b2c'), by('other-a1b2c', deletion))).toBe(true);
  expect(boundaryAllows('other-a1b2c', deletion)).toBe(true);
});

test.each([
  'ec2:RunInstances',
  'iam:PassRole',
  'sts:AssumeRole',
  's3:PutObject',
  's3:ListBucket',
  'ssm:SendCommand',
  'kms:Sign',
  'dynamodb:GetItem',
])('no machine can ever be given %s', (action) => {
  expect(boundaryAllows(clusterId, { action, resource: '*', context: {} })).toBe(false);
});

test('nobody retags what is there already', () => {
  const request = (createAction?: string): Request => ({
    action: 'ec2:CreateTags',
    resource: 'arn:aws:ec2:us-east-1:123456789012:security-group/sg-1',
    context: {
      'aws:TagKeys': [`kubernetes.io/cluster/${clusterId}`],
      ...(createAction && { 'ec2:CreateAction': createAction }),
    },
  });
  expect(boundaryAllows(clusterId, request('CreateSecurityGroup'))).toBe(true);
  expect(boundaryAllows(clusterId, request())).toBe(false);
});
