import type { Blueprint } from '../blueprint/blueprint.ts';
import { coreDnsObjects } from './coreDns.ts';
import { type Manifest, manifestOf } from './manifest.ts';

/** What every cluster needs beside its pod network, and the addons that the spec asks for. */
export function addonsManifest({ kubernetes }: Blueprint): Manifest {
  return manifestOf(coreDnsObjects(kubernetes), ['deployment/coredns']);
}
