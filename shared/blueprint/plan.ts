import type { Facts } from '../facts/facts.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import type { Blueprint } from './blueprint.ts';

/** Stored under its hash before anything is touched; a run carries only the hash. */
export interface Plan {
  readonly spec: ClusterSpec;
  readonly generation: number;
  readonly facts: Facts;
  readonly blueprint: Blueprint;
}
