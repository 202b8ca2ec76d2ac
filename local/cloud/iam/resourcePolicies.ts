import type { Access } from '../operation.ts';
import type { World } from '../world.ts';

/** The policy on a resource itself: a bucket's, an event bus's, a KMS key's, a role's trust policy. */
export interface ResourcePolicy {
  /** JSON, as it was put: check it with `checkPolicyDocument` before storing it. */
  readonly document: string;
  /**
   * Without its permission nobody has any: KMS keys and trust policies. Elsewhere an identity policy of the same account
   * is enough (source: IAM User Guide, "Policy evaluation logic").
   */
  readonly isRequired?: boolean;
  /** Condition keys that the resource itself gives, for any caller: the tags of a KMS key that S3 uses for its caller. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** Whom else the resource lets in, besides its policy: the grants of a KMS key. */
  readonly grants?: (principalArn: string, access: Access) => boolean;
}

type ResourcePolicySource = (world: World, access: Access) => ResourcePolicy | undefined;

const sources = new Map<string, ResourcePolicySource>();

/**
 * A service whose resources carry policies says here, once and by the prefix of its actions, where they are kept:
 * `defineResourcePolicies('s3', (world, access) => bucketPolicyOf(world, access.resource))`.
 */
export function defineResourcePolicies(service: string, source: ResourcePolicySource): void {
  sources.set(service, source);
}

/** The policy of the resource that this access is about, if it has one. */
export function resourcePolicyOf(world: World, access: Access): ResourcePolicy | undefined {
  return sources.get(access.action.slice(0, access.action.indexOf(':')))?.(world, access);
}
