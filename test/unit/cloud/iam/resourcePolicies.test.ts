import { explainDenial } from '../../../../local/cloud/iam/authorize.ts';
import { defineResourcePolicies } from '../../../../local/cloud/iam/resourcePolicies.ts';
import type { Access } from '../../../../local/cloud/operation.ts';
import type { Principal, RoleSession } from '../../../../local/cloud/principal.ts';
import { administrator } from '../../../support/testWorld.ts';
import { anIamCloud, aRole, policyOf } from './iamWorld.ts';

/** A service whose resources carry the policy that the test sets. */
let policyOfShelf: string | undefined;
defineResourcePolicies('shelf', () => (policyOfShelf === undefined ? undefined : { document: policyOfShelf }));

const read: Access = { action: 'shelf:Read', resource: 'arn:aws:shelf:::books/a' };
const letsIn = (principal: unknown, more: object = {}) =>
  policyOf({
    Effect: 'Allow',
    Principal: principal,
    Action: 'shelf:Read',
    Resource: 'arn:aws:shelf:::books/*',
    ...more,
  });

/** Whether a role without any policy of its own may read. */
async function mayRead(shelf: (role: RoleSession) => string, own?: string, boundary?: string): Promise<boolean> {
  const cloud = anIamCloud();
  const arn = boundary === undefined ? undefined : await aPolicy(cloud, boundary);
  const role = await aRole(cloud, {
    ...(own === undefined ? {} : { policy: own }),
    ...(arn === undefined ? {} : { boundary: arn }),
  });
  policyOfShelf = shelf(role);
  return explainDenial(cloud.world, role, read) === undefined;
}

async function aPolicy({ call }: ReturnType<typeof anIamCloud>, PolicyDocument: string): Promise<string> {
  const { Policy } = await call<{ Policy: { Arn: string } }>('CreatePolicy', {
    PolicyName: 'boundary',
    PolicyDocument,
  });
  return Policy.Arn;
}

const session = 'arn:aws:sts::123456789012:assumed-role/worker/session';
const mayReadItself = policyOf({ Effect: 'Allow', Action: 'shelf:*', Resource: '*' });
const onlyEc2 = policyOf({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' });

test.each<[string, (role: RoleSession) => string, boolean]>([
  ['that names its role', (role) => letsIn({ AWS: role.roleArn }), true],
  ['that names its session', () => letsIn({ AWS: session }), true],
  ['that names everyone', () => letsIn('*'), true],
  ['that names the account, which does not let it', () => letsIn({ AWS: '123456789012' }), false],
  ['that names another role', () => letsIn({ AWS: 'arn:aws:iam::123456789012:role/other' }), false],
  ['that names a service', () => letsIn({ Service: 'ec2.amazonaws.com' }), false],
  ['for other resources', (role) => letsIn({ AWS: role.roleArn }, { Resource: 'arn:aws:shelf:::maps/*' }), false],
])('a role without policies reads through a resource policy %s', async (_title, shelf, reads) => {
  expect(await mayRead(shelf)).toBe(reads);
});

test('an identity policy of the same account suffices beside a resource policy that is silent', async () => {
  expect(await mayRead(() => letsIn({ AWS: 'arn:aws:iam::123456789012:role/other' }), mayReadItself)).toBe(true);
});

test('a deny in the resource policy wins over both', async () => {
  const deny = (role: RoleSession) =>
    policyOf(
      { Effect: 'Allow', Principal: { AWS: role.roleArn }, Action: 'shelf:*', Resource: '*' },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'shelf:*',
        Resource: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'true' } },
      },
    );
  expect(await mayRead(deny, mayReadItself)).toBe(false);
});

test('a boundary limits what the role was let in for, not what its session was', async () => {
  expect(await mayRead((role) => letsIn({ AWS: role.roleArn }), undefined, onlyEc2)).toBe(false);
  expect(await mayRead(() => letsIn({ AWS: session }), undefined, onlyEc2)).toBe(true);
});

test('the administrator is stopped by an explicit deny alone, a service by nothing', () => {
  const { world } = anIamCloud();
  const service: Principal = { kind: 'service', service: 'events.amazonaws.com' };
  policyOfShelf = letsIn({ AWS: 'arn:aws:iam::123456789012:role/other' });
  expect(explainDenial(world, administrator, read)).toBeUndefined();
  policyOfShelf = letsIn('*', { Effect: 'Deny' });
  expect(explainDenial(world, administrator, read)).toMatch(/with an explicit deny in a resource-based policy$/);
  expect(explainDenial(world, service, read)).toBeUndefined();
});
