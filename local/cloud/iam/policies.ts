import type { Access } from '../operation.ts';
import { tableOf, type World } from '../world.ts';
import { awsManagedPolicies } from './awsManagedPolicies.ts';
import { checkPolicyDocument } from './compiledPolicy.ts';
import { limitExceeded, noSuchEntity } from './errors.ts';
import { resourceTagContext, type Tags } from './tags.ts';

/** A managed policy of the account. */
export interface Policy {
  readonly policyName: string;
  readonly path: string;
  readonly policyId: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly description: string | undefined;
  /** The oldest first; at least one. */
  readonly versions: readonly PolicyVersion[];
  readonly defaultVersionId: string;
  readonly tags: Tags;
}

export interface PolicyVersion {
  /** `v1` */
  readonly versionId: string;
  readonly document: string;
  readonly createdAt: number;
}

export const policies = tableOf<Policy>('iam.policies');

/** Size of a managed policy without white space (source: IAM User Guide, "IAM and AWS STS quotas"). */
const maxCharacters = 6144;

/** The document of a managed policy, the account's or AWS's; undefined where there is none. */
export function managedPolicyDocument(world: World, arn: string): string | undefined {
  const policy = policies(world).get(arn);
  return policy ? defaultDocument(policy) : awsManagedPolicies.get(arn);
}

/** The document of a managed policy that must exist. */
export function requireManagedPolicy(world: World, arn: string): string {
  const document = managedPolicyDocument(world, arn);
  if (document === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  return document;
}

/** Refuses what is no policy, or is too long for a managed one. */
export function checkManagedPolicy(document: string): void {
  checkPolicyDocument(document, 'identity');
  if (lengthOf(document) > maxCharacters) throw limitExceeded(`Cannot exceed quota for PolicySize: ${maxCharacters}`);
}

/** The account's policy of this ARN, or AWS's error. */
export function requirePolicy(world: World, arn: string): Policy {
  const policy = policies(world).get(arn);
  if (!policy) throw policyNotFound(arn);
  return policy;
}

export function putPolicy(world: World, policy: Policy): void {
  policies(world).put(policy.arn, policy);
}

function defaultDocument(policy: Policy): string | undefined {
  return policy.versions.find((version) => version.versionId === policy.defaultVersionId)?.document;
}

/** A policy's length as IAM counts it. */
export function lengthOf(document: string): number {
  return document.replace(/\s/g, '').length;
}

export function policyAccess(world: World, action: string, arn: string): Access[] {
  return [{ action, resource: arn, context: resourceTagContext('iam', policies(world).get(arn)?.tags ?? {}) }];
}

export function policyNotFound(arn: string) {
  return noSuchEntity(`Policy ${arn} was not found.`);
}
