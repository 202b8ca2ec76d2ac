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
interface Policy {
  readonly policyName: string;
  readonly path: string;
  readonly policyId: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly description: string | undefined;
  readonly document: string;
  readonly tags: Tags;
}

const policies = tableOf<Policy>('iam.policies');

/** Size of a managed policy without white space (source: IAM User Guide, "IAM and AWS STS quotas"). */
const mostCharacters = 6144;

/** The document of a managed policy, the account's or AWS's; undefined where there is none. */
export function managedPolicyDocument(world: World, arn: string): string | undefined {
  return policies(world).get(arn)?.document ?? awsManagedPolicies.get(arn);
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
    checkPolicyDocument(PolicyDocument, 'identity');
    if (lengthOf(PolicyDocument) > mostCharacters) {
      throw limitExceeded(`Cannot exceed quota for PolicySize: ${mostCharacters}`);
    }
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
      document: PolicyDocument,
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

export const GetPolicyVersion = operation({
  input: z.strictObject({ PolicyArn: entityArn, VersionId: z.string().regex(/^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/) }),
  access: (world, { PolicyArn }) => policyAccess(world, 'iam:GetPolicyVersion', PolicyArn),
  run: (world, { PolicyArn, VersionId }) => {
    const document = managedPolicyDocument(world, PolicyArn);
    if (document === undefined) throw policyNotFound(PolicyArn);
    if (VersionId !== 'v1') {
      throw noSuchEntity(`Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`);
    }
    const CreateDate = new Date(policies(world).get(PolicyArn)?.createdAt ?? 0);
    return { PolicyVersion: { Document: encodeURIComponent(document), VersionId, IsDefaultVersion: true, CreateDate } };
  },
});

export const DeletePolicy = operation({
  input: byArn,
  access: (world, { PolicyArn }) => policyAccess(world, 'iam:DeletePolicy', PolicyArn),
  run: (world, { PolicyArn }) => {
    if (!policies(world).has(PolicyArn)) throw policyNotFound(PolicyArn);
    const { attached, boundaries } = usesOf(world, PolicyArn);
    if (attached + boundaries > 0) throw deleteConflict('Cannot delete a policy attached to entities.');
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

/** A policy's length as IAM counts it. */
export function lengthOf(document: string): number {
  return document.replace(/\s/g, '').length;
}

function policyAccess(world: World, action: string, arn: string): Access[] {
  return [{ action, resource: arn, context: resourceTagContext('iam', policies(world).get(arn)?.tags ?? {}) }];
}

function policyOutput(world: World, policy: Policy) {
  const { attached, boundaries } = usesOf(world, policy.arn);
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: 'v1',
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.createdAt),
  };
}

function awsPolicyOutput(world: World, arn: string) {
  const [, path = '/', name = ''] = /^arn:aws:iam::aws:policy(\/.*?)([^/]+)$/.exec(arn) ?? [];
  const policy = { policyName: name, policyId: `ANPA${name.toUpperCase().slice(0, 17)}`, arn, path };
  return policyOutput(world, { ...policy, createdAt: 0, description: undefined, document: '', tags: {} });
}

function usesOf(world: World, arn: string): { attached: number; boundaries: number } {
  const all = [...roles(world).rows()];
  return {
    attached: all.filter((role) => role.attachedPolicies.includes(arn)).length,
    boundaries: all.filter((role) => role.boundary === arn).length,
  };
}

function policyNotFound(arn: string) {
  return noSuchEntity(`Policy ${arn} was not found.`);
}
