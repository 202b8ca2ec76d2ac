import type { Service } from '../operation.ts';
import * as instanceProfiles from './instanceProfiles.ts';
import * as openIdConnectProviders from './openIdConnectProviders.ts';
import * as policies from './policies.ts';
import * as policyVersions from './policyVersions.ts';
import * as roleOperations from './roleOperations.ts';
import * as rolePolicies from './rolePolicies.ts';
import { CreateServiceLinkedRole } from './serviceLinkedRoles.ts';

/** Request times (source: facts on AWS's delays, Describe and mutate at the median). */
const milliseconds = { read: 150, write: 400 };

/** IAM: roles, their policies and what carries them. */
export const iam: Service = {
  name: 'iam',
  operations: {
    CreateRole: roleOperations.CreateRole,
    GetRole: roleOperations.GetRole,
    DeleteRole: roleOperations.DeleteRole,
    ListRoles: roleOperations.ListRoles,
    TagRole: roleOperations.TagRole,
    UntagRole: roleOperations.UntagRole,
    ListRoleTags: roleOperations.ListRoleTags,
    UpdateAssumeRolePolicy: roleOperations.UpdateAssumeRolePolicy,
    PutRolePermissionsBoundary: roleOperations.PutRolePermissionsBoundary,
    DeleteRolePermissionsBoundary: roleOperations.DeleteRolePermissionsBoundary,
    PutRolePolicy: rolePolicies.PutRolePolicy,
    GetRolePolicy: rolePolicies.GetRolePolicy,
    DeleteRolePolicy: rolePolicies.DeleteRolePolicy,
    ListRolePolicies: rolePolicies.ListRolePolicies,
    AttachRolePolicy: rolePolicies.AttachRolePolicy,
    DetachRolePolicy: rolePolicies.DetachRolePolicy,
    ListAttachedRolePolicies: rolePolicies.ListAttachedRolePolicies,
    CreateInstanceProfile: instanceProfiles.CreateInstanceProfile,
    GetInstanceProfile: instanceProfiles.GetInstanceProfile,
    DeleteInstanceProfile: instanceProfiles.DeleteInstanceProfile,
    ListInstanceProfiles: instanceProfiles.ListInstanceProfiles,
    ListInstanceProfilesForRole: instanceProfiles.ListInstanceProfilesForRole,
    AddRoleToInstanceProfile: instanceProfiles.AddRoleToInstanceProfile,
    RemoveRoleFromInstanceProfile: instanceProfiles.RemoveRoleFromInstanceProfile,
    TagInstanceProfile: instanceProfiles.TagInstanceProfile,
    ListInstanceProfileTags: instanceProfiles.ListInstanceProfileTags,
    CreatePolicy: policies.CreatePolicy,
    GetPolicy: policies.GetPolicy,
    DeletePolicy: policies.DeletePolicy,
    ListPolicies: policies.ListPolicies,
    CreatePolicyVersion: policyVersions.CreatePolicyVersion,
    SetDefaultPolicyVersion: policyVersions.SetDefaultPolicyVersion,
    GetPolicyVersion: policyVersions.GetPolicyVersion,
    ListPolicyVersions: policyVersions.ListPolicyVersions,
    DeletePolicyVersion: policyVersions.DeletePolicyVersion,
    CreateServiceLinkedRole,
    CreateOpenIDConnectProvider: openIdConnectProviders.CreateOpenIDConnectProvider,
    GetOpenIDConnectProvider: openIdConnectProviders.GetOpenIDConnectProvider,
    DeleteOpenIDConnectProvider: openIdConnectProviders.DeleteOpenIDConnectProvider,
    ListOpenIDConnectProviders: openIdConnectProviders.ListOpenIDConnectProviders,
  },
  errors: {
    missingParameter: 'ValidationError',
    invalidParameter: 'ValidationError',
    accessDenied: 'AccessDenied',
    throttled: 'Throttling',
  },
  latencyOf: (operation) => (/^(Get|List)/.test(operation) ? milliseconds.read : milliseconds.write),
};
