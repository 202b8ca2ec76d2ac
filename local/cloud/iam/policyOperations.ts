import * as z from 'zod';
import { type Access, operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { awsManagedPolicies } from './awsManagedPolicies.ts';
import { deleteConflict, entityAlreadyExists } from './errors.ts';
import { entityArn, entityPath, iamArn, newUniqueId, pathPrefix, policyName } from './identifiers.ts';
import { pageOf, pageRequest } from './paging.ts';
import { checkManagedPolicy, type Policy, policies, policyAccess, policyNotFound, requirePolicy } from './policies.ts';
import { roles } from './roles.ts';
import { requestTagContext, tagList, tagListOf, withTags } from './tags.ts';

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
