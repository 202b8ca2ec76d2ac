import * as z from 'zod';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { nowOf, type World } from '../world.ts';
import { checkPolicyDocument } from './compiledPolicy.ts';
import { changed, effectiveAtOnce } from './delayedSettings.ts';
import { deleteConflict, entityAlreadyExists, limitExceeded, noSuchEntity } from './errors.ts';
import { entityArn, entityPath, iamArn, pathPrefix, roleName } from './identifiers.ts';
import { instanceProfilesOfRole } from './instanceProfiles.ts';
import { newRole } from './newRole.ts';
import { pageOf, pageRequest } from './paging.ts';
import { lengthOf } from './policies.ts';
import { boundaryContext, roleAccess } from './roleAccess.ts';
import { roleOutput } from './roleOutput.ts';
import { putRoleWithPolicies, requireBoundary } from './rolePolicies.ts';
import { putRole, type Role, requireModifiableRole, requireRole, roleByName, roleNotFound, roles } from './roles.ts';
import { requestTagContext, tagKey, tagList, tagListOf, withoutTags, withTags } from './tags.ts';
import { checkTrustedPrincipals } from './trust.ts';

/** Source: IAM User Guide, "IAM and AWS STS quotas". */
const maxTrustPolicyCharacters = 2048;

export const CreateRole = operation({
  input: z.strictObject({
    RoleName: roleName,
    Path: entityPath.default('/'),
    AssumeRolePolicyDocument: z.string().min(1),
    Description: z.string().max(1000).optional(),
    MaxSessionDuration: z.number().int().min(3600).max(43200).default(3600),
    PermissionsBoundary: entityArn.optional(),
    Tags: tagList.optional(),
  }),
  access: (world, { RoleName, Path, PermissionsBoundary, Tags }) => {
    const resource = iamArn(world, 'role', Path, RoleName);
    const tagContext = requestTagContext(Tags);
    const boundary = PermissionsBoundary === undefined ? {} : { 'iam:PermissionsBoundary': PermissionsBoundary };
    const create = { action: 'iam:CreateRole', resource, context: { ...tagContext, ...boundary } };
    return Tags?.length ? [create, { action: 'iam:TagRole', resource, context: tagContext }] : [create];
  },
  run: (world, input) => {
    checkTrustPolicy(world, input.AssumeRolePolicyDocument);
    if (input.PermissionsBoundary !== undefined) requireBoundary(world, input.PermissionsBoundary);
    const { RoleName } = input;
    if (roleByName(world, RoleName)) throw entityAlreadyExists(`Role with name ${RoleName} already exists.`);
    const most = quotaOf(world, 'L-FE177D64');
    if (roles(world).size >= most) throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${most}`);
    const role = newRole(world, {
      roleName: RoleName,
      path: input.Path,
      description: input.Description,
      maxSessionDuration: input.MaxSessionDuration,
      tags: withTags({}, input.Tags ?? []),
      trust: effectiveAtOnce(input.AssumeRolePolicyDocument),
      boundary: input.PermissionsBoundary,
    });
    putRoleWithPolicies(world, role);
    return { Role: roleOutput(role) };
  },
});

const byName = z.strictObject({ RoleName: roleName });

export const GetRole = operation({
  input: byName,
  access: (world, { RoleName }) => [roleAccess(world, 'iam:GetRole', RoleName)],
  run: (world, { RoleName }) => {
    const role = requireRole(world, RoleName);
    if (role.visibleByIdAt > nowOf(world)) throw roleNotFound(RoleName);
    return { Role: { ...roleOutput(role), ...rarelyShown(role) } };
  },
});

export const DeleteRole = operation({
  input: byName,
  access: (world, { RoleName }) => [roleAccess(world, 'iam:DeleteRole', RoleName)],
  run: (world, { RoleName }) => {
    const role = requireModifiableRole(world, RoleName);
    if (role.attachedPolicies.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
    if (Object.keys(role.inlinePolicies).length > 0)
      throw deleteConflict('Cannot delete entity, must delete policies first.');
    if (instanceProfilesOfRole(world, role.roleName).length > 0) {
      throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    }
    roles(world).delete(role.roleName.toLowerCase());
    return {};
  },
});

export const ListRoles = operation({
  input: z.strictObject({ PathPrefix: pathPrefix.default('/'), ...pageRequest }),
  access: () => [{ action: 'iam:ListRoles', resource: '*' }],
  run: (world, { PathPrefix, ...page }) => {
    const found = [...roles(world).rows()].filter(
      (role) => role.path.startsWith(PathPrefix) && role.visibleByIdAt <= nowOf(world),
    );
    const { rows, ...rest } = pageOf(found, page, (role) => role.roleName);
    return { Roles: rows.map(roleOutput), ...rest };
  },
});

export const UpdateAssumeRolePolicy = operation({
  input: z.strictObject({ RoleName: roleName, PolicyDocument: z.string().min(1) }),
  access: (world, { RoleName }) => [roleAccess(world, 'iam:UpdateAssumeRolePolicy', RoleName)],
  run: (world, { RoleName, PolicyDocument }) => {
    const role = requireModifiableRole(world, RoleName);
    checkTrustPolicy(world, PolicyDocument);
    const delay = world.delays.of('policyEffective');
    putRole(world, { ...role, trust: changed(world, role.trust, PolicyDocument, delay) });
    return {};
  },
});

export const PutRolePermissionsBoundary = operation({
  input: z.strictObject({ RoleName: roleName, PermissionsBoundary: entityArn }),
  access: (world, { RoleName, PermissionsBoundary }) => [
    roleAccess(world, 'iam:PutRolePermissionsBoundary', RoleName, { 'iam:PermissionsBoundary': PermissionsBoundary }),
  ],
  run: (world, { RoleName, PermissionsBoundary }) => {
    const role = requireModifiableRole(world, RoleName);
    requireBoundary(world, PermissionsBoundary);
    putRoleWithPolicies(world, { ...role, boundary: PermissionsBoundary });
    return {};
  },
});

export const DeleteRolePermissionsBoundary = operation({
  input: byName,
  access: (world, { RoleName }) => [
    roleAccess(world, 'iam:DeleteRolePermissionsBoundary', RoleName, boundaryContext(world, RoleName)),
  ],
  run: (world, { RoleName }) => {
    const role = requireModifiableRole(world, RoleName);
    if (role.boundary === undefined) throw noSuchEntity(`Role ${RoleName} does not have a permissions boundary`);
    putRoleWithPolicies(world, { ...role, boundary: undefined });
    return {};
  },
});

export const TagRole = operation({
  input: z.strictObject({ RoleName: roleName, Tags: tagList }),
  access: (world, { RoleName, Tags }) => [roleAccess(world, 'iam:TagRole', RoleName, requestTagContext(Tags))],
  run: (world, { RoleName, Tags }) => {
    const role = requireRole(world, RoleName);
    putRole(world, { ...role, tags: withTags(role.tags, Tags) });
    return {};
  },
});

export const UntagRole = operation({
  input: z.strictObject({ RoleName: roleName, TagKeys: z.array(tagKey).max(50) }),
  access: (world, { RoleName, TagKeys }) => [roleAccess(world, 'iam:UntagRole', RoleName, { 'aws:TagKeys': TagKeys })],
  run: (world, { RoleName, TagKeys }) => {
    const role = requireRole(world, RoleName);
    putRole(world, { ...role, tags: withoutTags(role.tags, TagKeys) });
    return {};
  },
});

export const ListRoleTags = operation({
  input: z.strictObject({ RoleName: roleName, ...pageRequest }),
  access: (world, { RoleName }) => [roleAccess(world, 'iam:ListRoleTags', RoleName)],
  run: (world, { RoleName, ...page }) => {
    const { rows, ...rest } = pageOf(tagListOf(requireRole(world, RoleName).tags), page, (tag) => tag.Key);
    return { Tags: rows, ...rest };
  },
});

/** What only GetRole shows. */
function rarelyShown(role: Role) {
  const boundary = { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: role.boundary };
  return {
    ...(role.boundary === undefined ? {} : { PermissionsBoundary: boundary }),
    ...(Object.keys(role.tags).length === 0 ? {} : { Tags: tagListOf(role.tags) }),
    RoleLastUsed: {},
  };
}

function checkTrustPolicy(world: World, document: string): void {
  checkPolicyDocument(document, 'trust');
  if (lengthOf(document) > maxTrustPolicyCharacters) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${maxTrustPolicyCharacters}`);
  }
  checkTrustedPrincipals(world, document);
}
