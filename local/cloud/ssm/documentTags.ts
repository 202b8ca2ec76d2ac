import type { World } from '../world.ts';
import { findDocument } from './documents.ts';

/** `aws:ResourceTag/…` and `ssm:resourceTag/…` of a document. */
export function documentTags(world: World, name: string): Record<string, string> {
  return resourceTags(findDocument(world, name)?.tags ?? {});
}

/** Systems Manager gives tags under a name of its own beside the global one. */
export function resourceTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(tags);
  return Object.fromEntries(
    entries.flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ssm:resourceTag/${key}`, value],
    ]),
  );
}
