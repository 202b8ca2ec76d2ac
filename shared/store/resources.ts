import { purposeOfKey } from '../blueprint/keys.ts';
import type { ResourceName } from '../blueprint/tags.ts';
import { now } from '../environment.ts';
import { httpStatusOf } from '../httpStatus.ts';
import { deleteRow, queryRows, writeRow, writeRows } from './table.ts';

/**
 * What AWS answered when a cluster's resources were made. Anyone may put a tag on anything; what is stored here was made by
 * a step of the cluster, or compared in every property before it was taken over.
 */
export interface KnownResources {
  /** The id of the resource, if its creation was answered. */
  idOf(resource: ResourceName): string | undefined;
  /** Every id that the resource has had. */
  idsOf(resource: ResourceName): readonly string[];
  /** Every key that the cluster has had for this, whichever takes the other's place. */
  keysFor(purpose: string): readonly string[];
  /** When that id was stored. */
  madeAt(resource: ResourceName): Date | undefined;
  /** Ids of everything that was made for the cluster, so not of an existing VPC. */
  readonly ids: ReadonlySet<string>;
  /** When creations of the resource began whose answer never came: each may have made one. */
  unanswered(resource: ResourceName): readonly Date[];
}

interface ResourceRow {
  readonly resource: ResourceName;
  /** Absent in the row of a creation that was not answered. */
  readonly id?: string;
  /** ISO 8601 */
  readonly at: string;
}

const partitionOf = (clusterId: string) => `resources#${clusterId}`;

const idKey = (clusterId: string, resource: string, id: string) => ({
  pk: partitionOf(clusterId),
  sk: `id#${resource}#${id}`,
});

const creationKey = (clusterId: string, resource: string, at: Date) => ({
  pk: partitionOf(clusterId),
  sk: `creation#${resource}#${at.toISOString()}`,
});

/** What is stored of a cluster's resources. */
export async function knownResources(clusterId: string): Promise<KnownResources> {
  const rows = await queryRows<ResourceRow>(partitionOf(clusterId));
  const made = rows.flatMap(({ resource, id, at }) => (id === undefined ? [] : [{ resource, id, at }]));
  made.sort((one, other) => (one.at < other.at ? -1 : 1));
  const of = (wanted: ResourceName) => made.filter(({ resource }) => resource === wanted);
  return {
    idsOf: (resource) => of(resource).map(({ id }) => id),
    keysFor: (purpose) =>
      made
        .filter(
          ({ resource }) => resource.startsWith('key/') && purposeOfKey(resource.slice('key/'.length)) === purpose,
        )
        .map(({ id }) => id),
    idOf: (resource) => of(resource).at(-1)?.id,
    madeAt: (resource) => {
      const newest = of(resource).at(-1);
      return newest && new Date(newest.at);
    },
    ids: new Set(made.filter(({ resource }) => resource !== 'vpc/existing').map(({ id }) => id)),
    unanswered: (wanted) =>
      rows.filter(({ resource, id }) => resource === wanted && id === undefined).map(({ at }) => new Date(at)),
  };
}

/** Stores the id of what was made, or taken over. */
export async function recordResource(clusterId: string, resource: ResourceName, id: string): Promise<void> {
  await writeRow({ ...idKey(clusterId, resource, id), resource, id, at: now().toISOString() });
}

/** Stores the ids of several resources of one step. */
export async function recordResources(
  clusterId: string,
  made: readonly (readonly [ResourceName, string])[],
): Promise<void> {
  const at = now().toISOString();
  await writeRows(made.map(([resource, id]) => ({ ...idKey(clusterId, resource, id), resource, id, at })));
}

/**
 * Makes what has neither a ClientToken nor a name of its own. A row says so before and gets the id
 * with the answer: what a lost answer left is looked for only where a row has none.
 */
export async function makeRecorded(
  clusterId: string,
  resource: ResourceName,
  make: () => Promise<string>,
): Promise<string> {
  const at = now();
  const creation = creationKey(clusterId, resource, at);
  await writeRow({ ...creation, resource, at: at.toISOString() });
  const id = await make().catch(async (error: unknown) => {
    if (isRefusal(error)) await deleteRow(creation);
    throw error;
  });
  await writeRow({ ...creation, resource, id, at: now().toISOString() });
  return id;
}

/** AWS has answered that it made nothing: no connection that broke, no fault of its own. */
function isRefusal(error: unknown): boolean {
  const status = httpStatusOf(error) ?? 500;
  return status >= 400 && status < 500;
}
