import * as z from 'zod';
import type { Access } from '../operation.ts';
import { operation } from '../operation.ts';
import { nowOf, tableOf, type World } from '../world.ts';
import { awsManagedPolicies } from './awsManagedPolicies.ts';
import { checkPolicyDocument } from './compiledPolicy.ts';
import { deleteConflict, entityAlreadyExists, limitExceeded, noSuchEntity } from './errors.ts';
import { entityArn, entityPath, iamArn, newUniqueId, pathPrefix, policyName } from './identifiers.ts';
import { pageOf, pageRequest } from './paging.ts';
import { roles } from './roles.ts';
import { requestTagContext, resourceTagContext, type Tags, tagList, tagListOf, withTags } from './tags.ts';

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

const policies = tableOf<Policy>('iam.policies');

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

export const CreatePolicy = operation({
  input: z.strictObject({
    PolicyName: policyName,
    Path: entityPath.default('/'),
    PolicyDocument: z.string().min(1),
    Description: z.string().max(1000).optional(),
    Tags: tagList.optional(),
  }),
  access: (world, { Path, PolicyName, Tags }) => {
    const resource = iamArn(world, 'policy', Path, PolicyName);
    const context = requestTagContext(Tags);
    const create: Access = { action: 'iam:CreatePolicy', resource, context };
    return Tags?.length ? [create, { action: 'iam:TagPolicy', resource, context }] : [create];
  },
  run: (world, { PolicyName, Path, PolicyDocument, Description, Tags }) => {
    checkManagedPolicy(PolicyDocument);
    for (const policy of policies(world).rows()) {
      if (policy.policyName.toLowerCase() === PolicyName.toLowerCase()) {
        throw entityAlreadyExists(`A policy called ${PolicyName} already exists. Duplicate names are not allowed.`);
      }
    }
    const policy: Policy = {
      policyName: PolicyName,
      path: Path,
      policyId: newUniqueId(world, 'ANPA'),
      arn: iamArn(world, 'policy', Path, PolicyName),
      createdAt: nowOf(world),
      description: Description,
      versions: [{ versionId: 'v1', document: PolicyDocument, createdAt: nowOf(world) }],
      defaultVersionId: 'v1',
      tags: withTags({}, Tags ?? []),
    };
    policies(world).put(policy.arn, policy);
    return { Policy: policyOutput(world, policy) };
  },
});

const byArn = z.strictObject({ PolicyArn: entityArn });

export const GetPolicy = operation({
  input: byArn,
  access: (world, { PolicyArn }) => policyAccess(world, 'iam:GetPolicy', PolicyArn),
  run: (world, { PolicyArn }) => {
    const policy = policies(world).get(PolicyArn);
    if (policy)
      return {
        Policy: { ...policyOutput(world, policy), Description: policy.description, Tags: tagListOf(policy.tags) },
      };
    if (!awsManagedPolicies.has(PolicyArn)) throw policyNotFound(PolicyArn);
    return { Policy: awsPolicyOutput(world, PolicyArn) };
  },
});

export const DeletePolicy = operation({
  input: byArn,
  access: (world, { PolicyArn }) => policyAccess(world, 'iam:DeletePolicy', PolicyArn),
  run: (world, { PolicyArn }) => {
    const { versions } = requirePolicy(world, PolicyArn);
    const { attached, boundaries } = usesOf(world, PolicyArn);
    if (attached + boundaries > 0) throw deleteConflict('Cannot delete a policy attached to entities.');
    if (versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
      );
    }
    policies(world).delete(PolicyArn);
    return {};
  },
});

export const ListPolicies = operation({
  input: z.strictObject({
    Scope: z.enum(['All', 'AWS', 'Local']).default('All'),
    PathPrefix: pathPrefix.default('/'),
    ...pageRequest,
  }),
  access: () => [{ action: 'iam:ListPolicies', resource: '*' }],
  run: (world, { Scope, PathPrefix, ...page }) => {
    const own = [...policies(world).rows()].map((policy) => policyOutput(world, policy));
    const aws = [...awsManagedPolicies.keys()].map((arn) => awsPolicyOutput(world, arn));
    const all = [...(Scope === 'AWS' ? [] : own), ...(Scope === 'Local' ? [] : aws)];
    const { rows, ...rest } = pageOf(
      all.filter((policy) => policy.Path.startsWith(PathPrefix)),
      page,
      (policy) => policy.Arn,
    );
    return { Policies: rows, ...rest };
  },
});

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

function policyOutput(world: World, policy: Policy) {
  const { attached, boundaries } = usesOf(world, policy.arn);
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.versions.at(-1)?.createdAt ?? policy.createdAt),
  };
}

function awsPolicyOutput(world: World, arn: string) {
  const [, path = '/', name = ''] = /^arn:aws:iam::aws:policy(\/.*?)([^/]+)$/.exec(arn) ?? [];
  const policy = { policyName: name, policyId: `ANPA${name.toUpperCase().slice(0, 17)}`, arn, path };
  return policyOutput(world, {
    ...policy,
    createdAt: 0,
    description: undefined,
    versions: [],
    defaultVersionId: 'v1',
    tags: {},
  });
}

function usesOf(world: World, arn: string): { attached: number; boundaries: number } {
  const all = [...roles(world).rows()];
  return {
    attached: all.filter((role) => role.attachedPolicies.includes(arn)).length,
    boundaries: all.filter((role) => role.boundary === arn).length,
  };
}

export function policyNotFound(arn: string) {
  return noSuchEntity(`Policy ${arn} was not found.`);
}
