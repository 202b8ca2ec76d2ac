import * as z from 'zod';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { awsManagedPolicies } from './awsManagedPolicies.ts';
import { deleteConflict, limitExceeded, noSuchEntity } from './errors.ts';
import { entityArn } from './identifiers.ts';
import { pageOf, pageRequest } from './paging.ts';
import {
  checkManagedPolicy,
  type Policy,
  type PolicyVersion,
  policyAccess,
  putPolicy,
  requirePolicy,
} from './policies.ts';
import { putRoleWithPolicies } from './rolePolicies.ts';
import { roles } from './roles.ts';

/** Source: IAM User Guide, "IAM and AWS STS quotas". */
const maxVersions = 5;

const versionId = z.string().regex(/^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/);
const oneVersion = z.strictObject({ PolicyArn: entityArn, VersionId: versionId });

export const CreatePolicyVersion = operation({
  input: z.strictObject({
    PolicyArn: entityArn,
    PolicyDocument: z.string().min(1),
    SetAsDefault: z.boolean().default(false),
  }),
  access: (world, { PolicyArn }) => policyAccess(world, 'iam:CreatePolicyVersion', PolicyArn),
  run: (world, { PolicyArn, PolicyDocument, SetAsDefault }) => {
    const policy = requirePolicy(world, PolicyArn);
    checkManagedPolicy(PolicyDocument);
    if (policy.versions.length >= maxVersions) {
      throw limitExceeded(
        `A managed policy can have up to ${maxVersions} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const last = Number(policy.versions.at(-1)?.versionId.slice(1) ?? 0);
    const version = { versionId: `v${last + 1}`, document: PolicyDocument, createdAt: nowOf(world) };
    const changed = { ...policy, versions: [...policy.versions, version] };
    if (SetAsDefault) setDefault(world, changed, version.versionId);
    else putPolicy(world, changed);
    const { Document: _document, ...PolicyVersion } = versionOutput(version, SetAsDefault);
    return { PolicyVersion };
  },
});

export const SetDefaultPolicyVersion = operation({
  input: oneVersion,
  access: (world, { PolicyArn }) => policyAccess(world, 'iam:SetDefaultPolicyVersion', PolicyArn),
  run: (world, { PolicyArn, VersionId }) => {
    const policy = requirePolicy(world, PolicyArn);
    setDefault(world, policy, requireVersion(policy, VersionId).versionId);
    return {};
  },
});

export const GetPolicyVersion = operation({
  input: oneVersion,
  access: (world, { PolicyArn }) => policyAccess(world, 'iam:GetPolicyVersion', PolicyArn),
  run: (world, { PolicyArn, VersionId }) => {
    const document = awsManagedPolicies.get(PolicyArn);
    if (document !== undefined && VersionId === 'v1') {
      return { PolicyVersion: versionOutput({ versionId: 'v1', document, createdAt: 0 }, true) };
    }
    const policy = requirePolicy(world, PolicyArn);
    const version = requireVersion(policy, VersionId);
    return { PolicyVersion: versionOutput(version, policy.defaultVersionId === VersionId) };
  },
});

export const ListPolicyVersions = operation({
  input: z.strictObject({ PolicyArn: entityArn, ...pageRequest }),
  access: (world, { PolicyArn }) => policyAccess(world, 'iam:ListPolicyVersions', PolicyArn),
  run: (world, { PolicyArn, ...page }) => {
    const policy = requirePolicy(world, PolicyArn);
    const { rows, ...rest } = pageOf(policy.versions, page, (version) => version.versionId);
    const Versions = rows.map((version) => {
      const { Document: _document, ...shown } = versionOutput(version, policy.defaultVersionId === version.versionId);
      return shown;
    });
    return { Versions, ...rest };
  },
});

export const DeletePolicyVersion = operation({
  input: oneVersion,
  access: (world, { PolicyArn }) => policyAccess(world, 'iam:DeletePolicyVersion', PolicyArn),
  run: (world, { PolicyArn, VersionId }) => {
    const policy = requirePolicy(world, PolicyArn);
    const version = requireVersion(policy, VersionId);
    if (policy.defaultVersionId === VersionId) throw deleteConflict('Cannot delete the default version of a policy.');
    putPolicy(world, { ...policy, versions: policy.versions.filter((other) => other !== version) });
    return {};
  },
});

/** Another default version changes what everyone with the policy may do, seconds later. */
function setDefault(world: World, policy: Policy, defaultVersionId: string): void {
  putPolicy(world, { ...policy, defaultVersionId });
  for (const role of [...roles(world).rows()]) {
    const isUsed = role.attachedPolicies.includes(policy.arn) || role.boundary === policy.arn;
    if (isUsed) putRoleWithPolicies(world, role);
  }
}

function requireVersion(policy: Policy, id: string): PolicyVersion {
  const version = policy.versions.find((candidate) => candidate.versionId === id);
  if (version) return version;
  throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
}

function versionOutput(version: PolicyVersion, isDefault: boolean) {
  return {
    Document: encodeURIComponent(version.document),
    VersionId: version.versionId,
    IsDefaultVersion: isDefault,
    CreateDate: new Date(version.createdAt),
  };
}
