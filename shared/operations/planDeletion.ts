import { isSecretsKey, pendingWindowDays } from '../aws/keys.ts';
import { findLeftLoadBalancers } from '../aws/kubernetesLoadBalancers.ts';
import { findKubernetesVolumes, type KubernetesVolume } from '../aws/kubernetesVolumes.ts';
import { isOurVolume } from '../aws/membership.ts';
import { type Observed, observe } from '../aws/observe.ts';
import { findKubernetesSecurityGroups } from '../aws/securityGroups.ts';
import { listBackupsOf } from '../store/backups.ts';
import type { ClusterRecord } from '../store/clusters.ts';
import { readLock } from '../store/lock.ts';
import { type Membership, membershipOf } from '../store/membership.ts';

/** A resource that a deletion meets. */
export type Met = Pick<Observed, 'kind' | 'key' | 'id'>;

/** What a deletion would take and leave, as AWS shows the cluster now. */
export interface PlannedDeletion {
  readonly cluster: Pick<ClusterRecord, 'name' | 'clusterId' | 'status' | 'deletionProtection'>;
  /** The run that writes to the cluster now; no deletion starts beside it. */
  readonly lockedBy?: string;
  readonly takes: readonly Met[];
  /** What Kubernetes made for Services: ARNs of load balancers, ids of security groups. */
  readonly ofKubernetes: { readonly loadBalancers: readonly string[]; readonly securityGroups: readonly string[] };
  readonly volumesOfClaims: {
    /** Kept if their claims say Retain, which a master is asked when the run has started; else they go. */
    readonly asked: readonly string[];
    /** Kept in any case: tagged to be kept, or encrypted with a key that is not the cluster's. */
    readonly kept: readonly string[];
  };
  /** Wears the cluster's tags, and nothing else proves that it is the cluster's. */
  readonly leavesAlone: readonly Met[];
  /** Backups outlive their cluster, and so does the key that opens the Secrets in them. */
  readonly backups: { readonly count: number; readonly keys: readonly Met[] };
  /** Days until KMS deletes keys whose deletion is scheduled; until then it can be cancelled. */
  readonly keysDeletedAfterDays: number;
}

/** Looks at everything of the cluster, and says what a deletion would do with it. Touches nothing. */
export async function planDeletion(cluster: ClusterRecord): Promise<PlannedDeletion> {
  const { name, clusterId, status, deletionProtection } = cluster;
  const membership = await membershipOf(clusterId);
  const [{ holder }, observed, volumes, loadBalancers, securityGroups, backups] = await Promise.all([
    readLock(name),
    observe(membership),
    findKubernetesVolumes(clusterId),
    findLeftLoadBalancers(membership),
    findKubernetesSecurityGroups(clusterId),
    listBackupsOf(name, clusterId),
  ]);
  const isKept = ({ kind, key }: Observed) => kind === 'key' && backups.length > 0 && isSecretsKey({ key });
  const ours = observed.filter(({ isOurs }) => isOurs);
  return {
    cluster: { name, clusterId, status, deletionProtection },
    ...(holder && { lockedBy: holder.runId }),
    takes: ours.filter((each) => !isKept(each)).map(met),
    ofKubernetes: { loadBalancers, securityGroups: securityGroups.map(({ id }) => id) },
    volumesOfClaims: fates(membership, volumes),
    leavesAlone: observed.filter(({ isOurs }) => !isOurs).map(met),
    backups: { count: backups.length, keys: ours.filter(isKept).map(met) },
    keysDeletedAfterDays: pendingWindowDays,
  };
}

const met = ({ kind, key, id }: Observed): Met => ({ kind, key, id });

function fates(membership: Membership, volumes: readonly KubernetesVolume[]): PlannedDeletion['volumesOfClaims'] {
  const isKept = (volume: KubernetesVolume) =>
    volume.isKept || !volume.isOfDeployment || !isOurVolume(membership, volume);
  return {
    asked: volumes.filter((volume) => !isKept(volume)).map(({ id }) => id),
    kept: volumes.filter(isKept).map(({ id }) => id),
  };
}
