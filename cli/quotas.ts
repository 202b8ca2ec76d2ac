/** One of the account's quotas; null where AWS returns no value. */
export interface AppliedQuota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
  readonly value: number | null;
  /** What a cluster of the usual size takes of it. */
  readonly usualCluster?: number;
}
