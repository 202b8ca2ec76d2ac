import { isOffered, knownAction, resourceTypeOf } from '../../local/cloud/iam/authorizationTable.ts';
import { roleBlueprints } from '../../shared/blueprint/roles.ts';
import { allows, boundaryDocument, type Request } from '../unit/boundary/machinesBoundary.ts';
import { aSpec, someFacts } from '../unit/spec/aSpec.ts';
import { type AddonCall, addons } from './addonCalls.ts';

const id = 'demo-x7k2p';
const deployment = 'kubestep-dev-us-east-1';

const masterDocument = (clusterId: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: roleBlueprints(aSpec({}), someFacts({ clusterId })).find(({ key }) => key === 'master')?.statements,
  });

/** The request with every condition key that AWS offers for it, and no other. */
function requestOf({ action, resource, tags = {}, requestTags = {}, context = {} }: AddonCall, of: string): Request {
  const service = action.split(':')[0] ?? '';
  const account = resource.startsWith('snapshot/') ? '' : '123456789012';
  const arn = resource === '*' ? '*' : `arn:aws:${service}:us-east-1:${account}:${resource}`;
  const keys = {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
    ...Object.fromEntries(Object.entries(requestTags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(Object.keys(requestTags).length > 0 && { 'aws:TagKeys': Object.keys(requestTags) }),
    ...context,
    ...principalTags(of),
  };
  return {
    action,
    resource: arn,
    context: Object.fromEntries(Object.entries(keys).filter(([key]) => isOffered(action, arn, key.toLowerCase()))),
  };
}

const principalTags = (of: string) => ({
  'aws:PrincipalTag/kubestep/cluster': of,
  'aws:PrincipalTag/kubestep/deployment': deployment,
});

describe.each(addons)('$name ($source)', ({ callsFor }) => {
  const calls = callsFor({ id, deployment });
  const textOf = ({ action, resource }: AddonCall) => `${action} on ${resource}`;

  test('makes calls that AWS knows, each on a type of resource that the action has', () => {
    const unknown = calls.filter((call) => {
      const { action, resource } = requestOf(call, id);
      const known = knownAction(action);
      return known === 'unknown' || (known === 'on resources' && resource !== '*' && !resourceTypeOf(action, resource));
    });
    expect(unknown.map(textOf)).toEqual([]);
  });

  test('may make every call, by the master’s role and by the boundary', () => {
    const refused = calls.flatMap((call) => {
      const request = requestOf(call, id);
      const by = { role: masterDocument(id), boundary: boundaryDocument };
      return Object.entries(by)
        .filter(([, document]) => !allows(document, request))
        .map(([name]) => `${textOf(call)}: ${name}`);
    });
    expect(refused).toEqual([]);
  });

  test('changes nothing that is another cluster’s', () => {
    const changing = calls.filter(({ tags }) => tags && Object.keys(tags).some((key) => key.endsWith(`/${id}`)));
    const document = masterDocument('other-a1b2c');
    const allowed = changing.filter((call) => allows(document, requestOf(call, 'other-a1b2c')));
    expect(changing.length).toBeGreaterThan(0);
    expect(allowed.map(textOf)).toEqual([]);
  });
});

test('the master’s role gives the addons no action that none of them calls', () => {
  const called = new Set(addons.flatMap(({ callsFor }) => callsFor({ id, deployment }).map(({ action }) => action)));
  const given = roleBlueprints(aSpec({}), someFacts())
    .flatMap(({ statements }) => statements)
    .filter(({ Sid }) => /^(CloudController|VolumeDriver)/.test(Sid))
    .flatMap(({ Action }) => Action);
  expect(new Set(given.filter((action) => !called.has(action)))).toEqual(new Set(readsOfLoadBalancing));
});

/** Elastic Load Balancing reads these in the controller's name (test/iam/dependentActions.ts). */
const readsOfLoadBalancing = [
  'ec2:DescribeAccountAttributes',
  'ec2:DescribeAddresses',
  'ec2:DescribeInternetGateways',
  'ec2:DescribeVpcs',
  'ec2:GetSecurityGroupsForVpc',
];
