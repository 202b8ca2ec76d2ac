import type { ResourceName } from '../blueprint/tags.ts';
import { now } from '../step/environment.ts';
import { Conflict, NotReady } from '../step/errors.ts';
import { type KnownResources, makeRecorded, recordResource } from '../store/resources.ts';
import { requireShape, type Shape } from './shape.ts';
import { together } from './together.ts';

/** What a redrive counts in `attempt`, where a retry counts 1: no try has the number of another (see the state machines). */
export const redriveWeight = 1000;

/** How the id of a made thing is remembered, whatever kind of thing it is. */
export interface ResourceId {
  readonly clusterId: string;
  readonly resource: ResourceName;
  readonly known: KnownResources;
}

/** The stored id; else the id of what `make` makes, which its ClientToken keeps from making twice. */
export async function ensureByToken(
  { clusterId, resource, known }: ResourceId,
  make: () => Promise<string>,
): Promise<string> {
  const stored = known.idOf(resource);
  if (stored !== undefined) return stored;
  const id = await make();
  await recordResource(clusterId, resource, id);
  return id;
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
