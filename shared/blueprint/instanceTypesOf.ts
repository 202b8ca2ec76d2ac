import type { ClusterSpec } from '../spec/schema.ts';
import { controlPlaneSizing } from './sizing.ts';

/** Every instance type that a cluster of this spec may use, each once, sorted. */
export function instanceTypesOf(spec: ClusterSpec): readonly string[] {
  const { master, dedicatedEtcd } = controlPlaneSizing(spec);
  const ofEtcd = spec.spec.etcd.placement === 'dedicated' ? [dedicatedEtcd] : [];
  const ofGroups = spec.spec.nodeGroups.flatMap((group) => group.instanceTypes);
  return [...new Set([master, ...ofEtcd, ...ofGroups])].sort();
}
