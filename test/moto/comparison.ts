import type { Resource } from './inventory/resource.ts';

/** One thing that differs between two accounts: `subnet/private-us-east-1a properties.CidrBlock`. */
export interface Difference {
  readonly where: string;
  readonly moto: string;
  readonly ours: string;
}

/** A resource whose ids are replaced by what they name, so that two accounts can be compared. */
interface NamedResource {
  readonly name: string;
  readonly tags: unknown;
  readonly properties: unknown;
}

/** How many resources of each type an account holds. */
export function countsOf(resources: readonly Resource[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of resources) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

/** Every difference between what two accounts hold, by name and property. */
export function differencesBetween(moto: readonly Resource[], ours: readonly Resource[]): Difference[] {
  const [there, here] = [byName(named(moto)), byName(named(ours))];
  const names = [...new Set([...there.keys(), ...here.keys()])].sort();
  return names.flatMap((name) => {
    const [some, others] = [there.get(name) ?? [], here.get(name) ?? []];
    if (some.length !== others.length)
      return [{ where: `${name} count`, moto: String(some.length), ours: String(others.length) }];
    return some.flatMap((one, index) => [
      ...differencesIn(`${name} tags`, one.tags, others[index]?.tags),
      ...differencesIn(`${name} properties`, one.properties, others[index]?.properties),
    ]);
  });
}

function byName(resources: readonly NamedResource[]): Map<string, NamedResource[]> {
  const found = new Map<string, NamedResource[]>();
  for (const resource of resources) found.set(resource.name, [...(found.get(resource.name) ?? []), resource]);
  // Resources of one name, such as a group's instances, have no order of their own.
  for (const resourcesOfName of found.values())
    resourcesOfName.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  return found;
}

/** The name in the cluster's own tag, or what else distinguishes resources of a type. */
function nameOf({ type, id, tags, properties }: Resource): string {
  const named = tags['kubestep/resource'];
  if (named !== undefined) return named.startsWith(`${type}/`) ? named : `${type} of ${named}`;
  if (type === 'object') return `object/${properties.Key}`;
  return type === 'role' ? `role/${id.split('/').at(-1)}` : type;
}

function named(resources: readonly Resource[]): NamedResource[] {
  const clusterId = resources.flatMap(({ tags }) => tags['kubestep/cluster'] ?? [])[0];
  const names = resources
    // An object's key holds names and digests, which are the same or replaced anyway.
    .filter(({ type }) => type !== 'object')
    .map((resource) => [resource.id, `<${nameOf(resource)}>`] as const)
    .sort(([one], [other]) => other.length - one.length);
  const withoutIds = (text: string): string => {
    let result = text;
    for (const [id, name] of names) result = result.replaceAll(id, name);
    if (clusterId !== undefined) result = result.replaceAll(clusterId, 'CLUSTER');
    return (
      result
        .replaceAll(/\b[0-9a-f]{32,}\b/g, 'DIGEST')
        // AWS's own names: they differ between two regions as they do here.
        .replaceAll(/\bami-[0-9a-f]+\b/g, 'IMAGE')
        .replaceAll(/\bpl-[0-9a-f]+\b/g, 'PREFIX-LIST')
    );
  };
  return resources.map((resource) => ({
    name: withoutIds(nameOf(resource)),
    tags: JSON.parse(withoutIds(JSON.stringify(resource.tags))),
    properties: inOneOrder(JSON.parse(withoutIds(JSON.stringify(resource.properties)))),
  }));
}

/** AWS promises no order of rules, subnets and the like. */
function inOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    const ordered = value.map(inOneOrder);
    return ordered.sort((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, entry]) => [key, inOneOrder(entry)]),
  );
}

/** Missing, empty and null are the same in different protocols. */
const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function differencesIn(where: string, moto: unknown, ours: unknown): Difference[] {
  if (isNothing(moto) && isNothing(ours)) return [];
  if (isObject(moto) && isObject(ours)) {
    const keys = [...new Set([...Object.keys(moto), ...Object.keys(ours)])].sort();
    return keys.flatMap((key) => differencesIn(`${where}.${key}`, moto[key], ours[key]));
  }
  if (Array.isArray(moto) && Array.isArray(ours) && moto.length === ours.length)
    return moto.flatMap((entry, index) => differencesIn(`${where}[]`, entry, ours[index]));
  return textOf(moto) === textOf(ours) ? [] : [{ where, moto: textOf(moto), ours: textOf(ours) }];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
