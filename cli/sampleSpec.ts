import { join, relative } from 'node:path';

/** A spec to begin with, where the reader is: in a clone it lies below, elsewhere in the package. */
export function sampleSpec(projectRoot: string): string {
  const file = join(projectRoot, 'events', 'createCluster.json');
  const near = relative('.', file);
  return near.startsWith('..') ? file : near;
}
