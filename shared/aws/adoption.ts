import type { ResourceKind, ResourceName } from '../blueprint/tags.ts';
import { now } from '../environment.ts';
import { Conflict, NotReady } from '../errors.ts';
import { type KnownResources, makeRecorded, recordResource, recordResources } from '../store/resources.ts';
import { together } from '../together.ts';
import { requireShape, type Shape } from './shape.ts';

/** What a redrive counts in `attempt`, where a retry counts 1: no try has the number of another (see the state machines). */
export const redriveWeight = 1000;

/** How the id of a made thing is remembered, whatever kind of thing it is. */
export interface ResourceId {
  readonly clusterId: string;
  readonly resource: ResourceName;
  readonly known: KnownResources;
}

/** What a step knows of its earlier tries. */
export interface Earlier {
  readonly known: KnownResources;
  /** How often the state was tried before (see shared/step/step.ts). */
  readonly attempt: number;
}

/** Things of one kind of a cluster. */
export interface ResourcesOf {
  readonly clusterId: string;
  readonly kind: ResourceKind;
  readonly known: KnownResources;
}

/**
 * Ensures things of one kind side by side, and returns what `ensure` says of each by its key. The ids of the new ones are
 * stored in one request, also where others fail: what was made is known, whenever the state is tried again.
 */
export async function ensureEach<Item extends { readonly key: string }, Made extends string | { readonly id: string }>(
  { clusterId, kind, known }: ResourcesOf,
  items: readonly Item[],
  ensure: (item: Item) => Promise<Made>,
): Promise<Record<string, Made>> {
  const outcomes = await Promise.allSettled(items.map(async (item) => [item.key, await ensure(item)] as const));
  const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const ids = made.map(([key, one]) => [`${kind}/${key}`, typeof one === 'string' ? one : one.id] as const);
  const unknown = ids.filter(([resource, id]) => known.idOf(resource) !== id);
  await recordResources(clusterId, unknown);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  return Object.fromEntries(made);
}

/** How a thing is made whose create call takes a ClientToken. */
export interface ByToken<Found extends { readonly id: string }> {
  make(): Promise<string>;
  /** What carries the resource's tags, in the place where it would be made, and is not on its way out. */
  find(): Promise<Found[]>;
  /** What the create call sets, as AWS shows it of a thing that nothing uses yet. */
  shapeOf(found: Found): Shape;
}

/**
 * The stored id; else what `make` makes, which its ClientToken keeps from making twice. Tokens end after a day: a repeat
 * looks first, and takes over what an earlier try left when every property is what it would have. `ensureEach` stores ids.
 */
export async function ensureByToken<Found extends { readonly id: string }>(
  resource: ResourceName,
  { known, attempt }: Earlier,
  { make, find, shapeOf }: ByToken<Found>,
): Promise<string> {
  const stored = known.idOf(resource);
  if (stored !== undefined) return stored;
  const left = attempt > 0 ? await find() : [];
  for (const found of left) requireShape(`${found.id}, tagged ${resource},`, shapeOf(found));
  return left[0]?.id ?? make();
}

/** How a thing is made that has neither a ClientToken nor a name of its own: VPC, internet gateway, address, key. */
export interface WithoutToken<Found extends { readonly id: string }> {
  make(): Promise<string>;
  /** What carries the tags of the resource. */
  find(): Promise<Found[]>;
  /** What the create call sets, as AWS shows it of a thing that nothing uses yet. */
  shapeOf(found: Found): Shape;
  /** Removes one of several that lost answers left; where nobody may, deletion does. */
  remove?(found: Found): Promise<unknown>;
}

/**
 * The stored id; else a new thing's. Only where the answer to an earlier creation was lost may something with the
 * resource's tags be taken over: when every property is what it would have, and no more are there than answers were lost.
 */
export async function ensureWithoutToken<Found extends { readonly id: string }>(
  { clusterId, resource, known }: ResourceId,
  { make, find, shapeOf, remove }: WithoutToken<Found>,
): Promise<string> {
  const stored = known.idOf(resource);
  if (stored !== undefined) return stored;

  const lost = known.unanswered(resource);
  if (lost.length > 0) {
    const [kept, ...extras] = leftByLostAnswers(resource, await find(), lost.length);
    for (const found of [kept, ...extras]) if (found) requireShape(`${found.id}, tagged ${resource},`, shapeOf(found));
    if (remove) await together(extras, remove);
    if (kept) {
      await recordResource(clusterId, resource, kept.id);
      return kept.id;
    }
    waitUntilShown(resource, lost);
  }
  return makeRecorded(clusterId, resource, make);
}

/** What lost answers may have left, oldest id first; more than that, and somebody else has used our tags. */
function leftByLostAnswers<Found extends { readonly id: string }>(
  resource: ResourceName,
  found: readonly Found[],
  lost: number,
): Found[] {
  if (found.length > lost) {
    const ids = found.map(({ id }) => id).join(', ');
    throw new Conflict(
      `${ids} are tagged ${resource}, and only ${lost} can be this cluster's. Remove the tags of those that somebody else made, then resume.`,
    );
  }
  return [...found].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** New tags show in filters after 1 to 3 s, rarely after 10 (observed). */
export const shownAfterSeconds = 20;

function waitUntilShown(resource: ResourceName, lost: readonly Date[]): void {
  const youngest = Math.max(...lost.map((at) => at.getTime()));
  if (now().getTime() - youngest >= shownAfterSeconds * 1000) return;
  throw new NotReady(`An earlier try may have created ${resource}: waiting until AWS would show it`);
}
