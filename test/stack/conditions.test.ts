import { knownAction } from '../../local/cloud/iam/authorizationTable.ts';
import { packagedStack, type Stack, type Statement } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

let stack: Stack;
beforeAll(async () => {
  stack = await packagedStack();
});

/** One action that a role is allowed, on one resource. */
interface Allowed {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: Statement['Condition'];
}

const allowed = (): Allowed[] =>
  [...stack.statements].flatMap(([role, statements]) =>
    statements
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource, Condition }) =>
        Action.flatMap((action) =>
          Resource.map((resource) => ({ role, action, resource: writtenAs(resource), condition: Condition })),
        ),
      ),
  );

/** `arn:${AWS::Partition}:ec2:…` or `*`, `Bucket.Arn` */
function writtenAs(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { 'Fn::Sub': text, 'Fn::GetAtt': attribute } = resource as { 'Fn::Sub'?: string; 'Fn::GetAtt'?: string[] };
  return text ?? attribute?.join('.') ?? JSON.stringify(resource);
}

const textOf = ({ role, action, resource }: Allowed) => `${role}: ${action} on ${resource}`;

/** What only looks, by IAM's naming of actions. */
const looks = (action: string) => /:(Describe|Get|List|BatchGet|Query)/.test(action);

/** Writes that no condition limits, and what limits them instead. */
const limitedOtherwise: readonly { readonly write: RegExp; readonly on: RegExp; readonly by: string }[] = [
  { write: /^logs:|^xray:/, on: /./, by: 'a function writes its own log and traces' },
  { write: /^states:SendTask/, on: /^\*$/, by: 'the task token, which nobody can guess, is the permission' },
  { write: /^states:/, on: /:(stateMachine|execution):kubestep-/, by: 'the name is the deployment’s own' },
  { write: /^lambda:InvokeFunction$/, on: /:function:kubestep-/, by: 'the name is the deployment’s own' },
  { write: /^events:PutEvents$/, on: /^OperationsBus\.Arn$/, by: 'the bus is the deployment’s own' },
  { write: /^scheduler:/, on: /schedule\/\$\{ScheduleGroup\}/, by: 'the group is the deployment’s own' },
  { write: /^kms:(Create|Delete)Alias$/, on: /:alias\/kubestep\/kubestep-/, by: 'the key beside it has the condition' },
  {
    write: /^s3:PutObject$/,
    on: /^\$\{Bucket\.Arn\}\/(assets\/sha256\/|clusters\/\*\/bundles\/)/,
    by: 'what lies there is known by its hash',
  },
  { write: /^s3:DeleteObject/, on: /^\$\{Bucket\.Arn\}\/clusters\//, by: 'the bucket is the deployment’s own' },
  { write: /^ssm:SendCommand$/, on: /:document\/\$\{NodeVerbs\}$/, by: 'the instances beside it have the condition' },
  {
    write: /^ec2:RunInstances$/,
    on: /:(network-interface|image|subnet)\/\*$/,
    by: 'the instance and its volumes beside it have the condition',
  },
  {
    write: /^ec2:Create(NetworkInterface|SecurityGroup|VpcEndpoint)$/,
    on: /:(vpc|subnet|route-table)\/\*$/,
    by: 'what is created has the condition; a chosen VPC has no tags of ours',
  },
  {
    write: /^route53:AssociateVPCWithHostedZone$/,
    on: /:hostedzone\/\*$/,
    by: 'EC2 makes the zone of an endpoint, in an account of its own',
  },
];

test('every write is limited by a condition, or by what is named here', () => {
  const unlimited = allowed()
    .filter(({ action, condition }) => !looks(action) && condition === undefined)
    .filter(
      ({ action, resource }) => !limitedOtherwise.some(({ write, on }) => write.test(action) && on.test(resource)),
    );
  expect(unlimited.map(textOf)).toEqual([]);
  const idle = limitedOtherwise.filter(
    ({ write, on }) => !allowed().some((each) => write.test(each.action) && on.test(each.resource)),
  );
  expect(idle).toEqual([]);
});

test('every access to the table names the kinds of rows that it is for', () => {
  const accesses = allowed().filter(({ action }) => action.startsWith('dynamodb:'));
  expect(accesses.length).toBeGreaterThan(50);
  for (const access of accesses) {
    const keys = Object.values(access.condition ?? {}).flatMap((tests) => tests['dynamodb:LeadingKeys'] ?? []);
    expect([textOf(access), keys.length > 0, keys.includes('*')]).toEqual([textOf(access), true, false]);
  }
});

test('whatever a condition limits to a cluster’s prefix of the bucket stays there', () => {
  const lists = allowed().filter(
    ({ role, action }) => role === 'DeleteObjectsRole' && action === 's3:ListBucketVersions',
  );
  expect(lists.map(({ condition }) => condition)).toEqual([{ StringLike: { 's3:prefix': 'clusters/*' } }]);
});

/** Actions on everything although AWS could confine them, and why. */
const onEverything: Readonly<Record<string, string>> = {
  'kms:TagResource': 'CreateKey asks for it before the key has a name; the condition beside it compares the tags',
  'servicequotas:GetServiceQuota': 'reads the account’s own limits',
  'ec2:DescribeVpcAttribute': 'reads; a chosen VPC has no tags of ours',
  'ec2:GetSecurityGroupsForVpc': 'reads; a chosen VPC has no tags of ours',
};

test('what AWS can confine to a resource is not allowed on all of them', () => {
  const everywhere = allowed().filter(({ resource }) => resource === '*');
  expect(everywhere.length).toBeGreaterThan(50);
  const confinable = everywhere.filter(({ action }) => knownAction(action) === 'on resources');
  expect(confinable.filter(({ action }) => !(action in onEverything)).map(textOf)).toEqual([]);
  expect(Object.keys(onEverything).filter((action) => !confinable.some((each) => each.action === action))).toEqual([]);
});
