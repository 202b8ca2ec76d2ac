import * as z from 'zod';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { checkPolicyDocument } from './compiledPolicy.ts';
import { limitExceeded, noSuchEntity } from './errors.ts';
import { entityArn, policyName, roleName } from './identifiers.ts';
import { pageOf, pageRequest } from './paging.ts';
import { lengthOf, requireManagedPolicy } from './policies.ts';
import { boundaryContext, roleAccess } from './roleAccess.ts';
import { putRoleWithPolicies } from './rolePolicies.ts';
import { requireModifiableRole, requireRole } from './roles.ts';

/** Source: IAM User Guide, "IAM and AWS STS quotas". */
const maxInlineCharacters = 10_240;

const inlineName = z.strictObject({ RoleName: roleName, PolicyName: policyName });

export const PutRolePolicy = operation({
  input: inlineName.extend({ PolicyDocument: z.string().min(1) }),
  access: (world, { RoleName }) => [roleAccess(world, 'iam:PutRolePolicy', RoleName, boundaryContext(world, RoleName))],
  run: (world, { RoleName, PolicyName, PolicyDocument }) => {
    const role = requireModifiableRole(world, RoleName);
    checkPolicyDocument(PolicyDocument, 'identity');
    const inlinePolicies = { ...role.inlinePolicies, [PolicyName]: PolicyDocument };
    const length = Object.values(inlinePolicies).reduce((sum, document) => sum + lengthOf(document), 0);
    if (length > maxInlineCharacters) {
      throw limitExceeded(`Maximum policy size of ${maxInlineCharacters} bytes exceeded for role ${RoleName}`);
    }
    putRoleWithPolicies(world, { ...role, inlinePolicies });
    return {};
  },
});

export const GetRolePolicy = operation({
  input: inlineName,
  access: (world, { RoleName }) => [roleAccess(world, 'iam:GetRolePolicy', RoleName)],
  run: (world, { RoleName, PolicyName }) => {
    const document = requireRole(world, RoleName).inlinePolicies[PolicyName];
    if (document === undefined) throw inlinePolicyNotFound(PolicyName);
    return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(document) };
  },
});

export const DeleteRolePolicy = operation({
  input: inlineName,
  access: (world, { RoleName }) => [
    roleAccess(world, 'iam:DeleteRolePolicy', RoleName, boundaryContext(world, RoleName)),
  ],
  run: (world, { RoleName, PolicyName }) => {
    const role = requireModifiableRole(world, RoleName);
    const { [PolicyName]: removed, ...inlinePolicies } = role.inlinePolicies;
    if (removed === undefined) throw inlinePolicyNotFound(PolicyName);
    putRoleWithPolicies(world, { ...role, inlinePolicies });
    return {};
  },
});

export const ListRolePolicies = operation({
  input: z.strictObject({ RoleName: roleName, ...pageRequest }),
  access: (world, { RoleName }) => [roleAccess(world, 'iam:ListRolePolicies', RoleName)],
  run: (world, { RoleName, ...page }) => {
    const { rows, ...rest } = pageOf(Object.keys(requireRole(world, RoleName).inlinePolicies), page, (name) => name);
    return { PolicyNames: rows, ...rest };
  },
});

const attachment = z.strictObject({ RoleName: roleName, PolicyArn: entityArn });

export const AttachRolePolicy = operation({
  input: attachment,
  access: (world, { RoleName, PolicyArn }) => [
    roleAccess(world, 'iam:AttachRolePolicy', RoleName, {
      ...boundaryContext(world, RoleName),
      'iam:PolicyARN': PolicyArn,
    }),
  ],
  run: (world, { RoleName, PolicyArn }) => {
    const role = requireModifiableRole(world, RoleName);
    requireManagedPolicy(world, PolicyArn);
    if (role.attachedPolicies.includes(PolicyArn)) return {};
    const most = quotaOf(world, 'L-0DA4ABF3');
    if (role.attachedPolicies.length >= most) throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${most}`);
    putRoleWithPolicies(world, { ...role, attachedPolicies: [...role.attachedPolicies, PolicyArn] });
    return {};
  },
});

export const DetachRolePolicy = operation({
  input: attachment,
  access: (world, { RoleName, PolicyArn }) => [
    roleAccess(world, 'iam:DetachRolePolicy', RoleName, {
      ...boundaryContext(world, RoleName),
      'iam:PolicyARN': PolicyArn,
    }),
  ],
  run: (world, { RoleName, PolicyArn }) => {
    const role = requireModifiableRole(world, RoleName);
    if (!role.attachedPolicies.includes(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
    const attachedPolicies = role.attachedPolicies.filter((arn) => arn !== PolicyArn);
    putRoleWithPolicies(world, { ...role, attachedPolicies });
    return {};
  },
});

export const ListAttachedRolePolicies = operation({
  input: z.strictObject({ RoleName: roleName, ...pageRequest }),
  access: (world, { RoleName }) => [roleAccess(world, 'iam:ListAttachedRolePolicies', RoleName)],
  run: (world, { RoleName, ...page }) => {
    const { rows, ...rest } = pageOf(requireRole(world, RoleName).attachedPolicies, page, (arn) => arn);
    const AttachedPolicies = rows.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }));
    return { AttachedPolicies, ...rest };
  },
});

function inlinePolicyNotFound(name: string) {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`);
}
