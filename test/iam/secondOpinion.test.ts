import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { isOffered, knownAction, resourceTypeOf } from '../../local/cloud/iam/authorizationTable.ts';
import { explainDenial } from '../../local/cloud/iam/authorize.ts';
import { type Decision, observeDecisions } from '../../local/cloud/iam/decisions.ts';
import { requestContext } from '../../local/cloud/iam/requestContext.ts';
import { resourcePolicyOf } from '../../local/cloud/iam/resourcePolicies.ts';
import { policiesInForce, roleOf } from '../../local/cloud/iam/roles.ts';
import type { Access } from '../../local/cloud/operation.ts';
import { sessionArn } from '../../local/cloud/principal.ts';
import { wholeLife } from '../stack/wholeLife.ts';
import { anAccount } from '../support/embeddedWorld.ts';

jest.setTimeout(300_000);

/** Global condition keys that the model gives values to, besides the tags of the principal. */
const globalKeys = [
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:PrincipalType',
  'aws:PrincipalIsAWSService',
  'aws:userid',
  'aws:RequestedRegion',
  'aws:ResourceAccount',
  'aws:SecureTransport',
];

/** One question of the run, and what the model answered. */
interface Question {
  readonly simulation: Simulation;
  readonly isAllowed: boolean;
}

/** Every different question that IAM was asked in a calm life of a cluster; the machines' own among them. */
const questions = new Map<string, Question>();

beforeAll(async () => {
  const account = await anAccount();
  const stop = observeDecisions((decision) => {
    const question = questionOf(decision);
    const text = JSON.stringify(question);
    if (!question || questions.has(text)) return;
    questions.set(text, question);
    const foreign = asOfAnotherDeployment(decision.access);
    if (foreign) explainDenial(decision.world, decision.principal, foreign);
  });
  await wholeLife(account);
  stop();
});

/** The same question about what carries another deployment's tag: a calm life is refused nothing, this is. */
function asOfAnotherDeployment(access: Access): Access | undefined {
  const entries = Object.entries(access.context ?? {});
  const isOurs = ([key]: (typeof entries)[number]) => key.endsWith('Tag/kubestep/deployment');
  if (!entries.some((entry) => isOurs(entry) && entry[1] !== anotherDeployment)) return undefined;
  return {
    ...access,
    context: Object.fromEntries(entries.map((entry) => (isOurs(entry) ? [entry[0], anotherDeployment] : entry))),
  };
}

const anotherDeployment = 'kubestep-other-us-east-1';

/** The model's administrator has no policies. */
function questionOf({ world, principal, access, isAllowed }: Decision): Question | undefined {
  if (principal.kind !== 'role') return undefined;
  const role = roleOf(world, principal.roleArn);
  if (!role) return undefined;
  const { identity, boundary } = policiesInForce(world, role);
  const policy = resourcePolicyOf(world, access);
  // A grant is neither identity's nor resource's policy; the simulator knows none.
  if (policy?.grants?.(principal.roleArn, access)) return undefined;
  const named = (document: string, name: string) => ({ name, policy: JSON.parse(document) as unknown });
  return {
    isAllowed,
    simulation: {
      request: {
        principal: sessionArn(principal),
        action: access.action,
        resource: { resource: oneOf(access.resource), accountId: world.account },
        contextVariables: contextOf({ world, principal, access, isAllowed }, policy?.context, Object.keys(role.tags)),
      },
      identityPolicies: identity.map(({ name, document }) => named(document, name)),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(boundary && { permissionBoundaryPolicies: [named(boundary.document, boundary.name)] }),
      ...(policy && { resourcePolicy: JSON.parse(policy.document) as unknown }),
    },
  };
}

/** What does not exist yet has no id: any one stands for it. */
const oneOf = (resource: string) => (resource === '*' ? resource : resource.replaceAll('*', 'new'));

function contextOf(
  { world, principal, access }: Decision,
  ofResource: Readonly<Record<string, string | readonly string[]>> = {},
  tagKeys: readonly string[],
): Record<string, string | string[]> {
  const whole = { ...access, context: { ...ofResource, ...access.context } };
  const values = requestContext(world, principal, whole);
  const keys = [...globalKeys, ...tagKeys.map((key) => `aws:PrincipalTag/${key}`), ...Object.keys(whole.context)];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const found = values(key.toLowerCase());
      if (found === undefined) return [];
      const isList = typeof (whole.context as Record<string, unknown>)[key] === 'object';
      return [[key, isList ? [...found] : (found[0] ?? '')]];
    }),
  );
}

/** What the simulator cannot judge with its own reading of AWS's reference, and why; it then decides by the policies alone. */
const beyondItsReference: readonly (readonly [RegExp, string])[] = [
  [/^ssm:GetParameters arn:aws:ssm:[^:]*::parameter\/aws\//, 'the ARN of a public parameter has no account'],
  [/^elasticloadbalancing:(AddTags|RemoveTags) /, 'its data keeps the types of the classic load balancer only'],
];

/** A key that is being created has no policy yet, and the simulator allows nothing on a key without one. */
const ofANewKey = /^kms:TagResource arn:aws:kms:[^/]*:key\/new$/;

async function secondOpinion(simulation: Simulation): Promise<string> {
  const { action, resource } = simulation.request;
  const asked = `${action} ${resource.resource}`;
  const resourcePolicy = ofANewKey.test(asked) ? letsTheAccountDecide : simulation.resourcePolicy;
  const whole = inItsWords({ ...simulation, ...(resourcePolicy && { resourcePolicy }) });
  if (beyondItsReference.some(([pattern]) => pattern.test(asked))) return runUnsafeSimulation(whole, {});
  const result = await runSimulation(whole, {});
  return result.resultType === 'error' ? result.errors.message : result.overallResult;
}

/** It knows no family of keys that continues after a colon, so an encryption context is given as a family that it knows. */
function inItsWords(simulation: Simulation): Simulation {
  const text = JSON.stringify(simulation).replaceAll('kms:EncryptionContext:', 'aws:PrincipalTag/encryption-context-');
  return JSON.parse(text) as Simulation;
}

const letsTheAccountDecide = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' },
  ],
};

test('another simulator of IAM decides every question of a cluster’s life as the model does', async () => {
  const differences: string[] = [];
  for (const { simulation, isAllowed } of questions.values()) {
    const { principal, action, resource } = simulation.request;
    const said = await secondOpinion(simulation);
    if ((said === 'Allowed') !== isAllowed) {
      differences.push(`${String(principal)} ${action} ${resource.resource}: model ${isAllowed}, simulator ${said}`);
    }
  }
  const refused = [...questions.values()].filter((question) => !question.isAllowed).length;
  expect(questions.size - refused).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(100);
  expect(differences).toEqual([]);
});

test('every question that the model asks is one that AWS asks: the action exists, and its resource is of a type it knows', () => {
  const strange = [...questions.values()].flatMap(({ simulation: { request } }) => {
    const { action, resource } = request;
    const known = knownAction(action);
    const isOfType = resourceTypeOf(action, resource.resource) !== undefined;
    const fits = known === 'on everything' ? resource.resource === '*' : known === 'on resources' && isOfType;
    return fits ? [] : [`${action} on ${resource.resource}: ${known}`];
  });
  expect([...new Set(strange)]).toEqual([]);
});

test('the simulator is asked only with keys that AWS offers', () => {
  const offered = [...questions.values()].every(({ simulation: { request } }) =>
    Object.keys(request.contextVariables).every((key) =>
      isOffered(request.action, request.resource.resource, key.toLowerCase()),
    ),
  );
  expect(offered).toBe(true);
});
