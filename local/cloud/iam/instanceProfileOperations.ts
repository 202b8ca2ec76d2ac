import * as z from 'zod';
import { type Access, operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { nowOf, type World } from '../world.ts';
import { deleteConflict, entityAlreadyExists, limitExceeded, noSuchEntity } from './errors.ts';
import { entityPath, iamArn, instanceProfileName, newUniqueId, pathPrefix, roleName } from './identifiers.ts';
import {
  type InstanceProfile,
  instanceProfileByName,
  instanceProfilesOfRole,
  profiles,
  roleOfInstanceProfile,
} from './instanceProfiles.ts';
import { pageOf, pageRequest } from './paging.ts';
import { passRoleAccess, roleAccess, roleArnOf } from './roleAccess.ts';
import { roleOutput } from './roleOutput.ts';
import { requireRole } from './roles.ts';
import { requestTagContext, resourceTagContext, tagList, tagListOf, withTags } from './tags.ts';

export const CreateInstanceProfile = operation({
  input: z.strictObject({
    InstanceProfileName: instanceProfileName,
    Path: entityPath.default('/'),
    Tags: tagList.optional(),
  }),
  access: (world, { InstanceProfileName, Path, Tags }) => {
    const resource = iamArn(world, 'instance-profile', Path, InstanceProfileName);
    const context = requestTagContext(Tags);
    const create = { action: 'iam:CreateInstanceProfile', resource, context };
    return Tags?.length ? [create, { action: 'iam:TagInstanceProfile', resource, context }] : [create];
  },
  run: (world, { InstanceProfileName, Path, Tags }) => {
    if (instanceProfileByName(world, InstanceProfileName)) {
      throw entityAlreadyExists(`Instance Profile ${InstanceProfileName} already exists.`);
    }
    const most = quotaOf(world, 'L-6E65F664');
    if (profiles(world).size >= most) {
      throw limitExceeded(`Cannot exceed quota for InstanceProfilesPerAccount: ${most}`);
    }
    const profile: InstanceProfile = {
      instanceProfileName: InstanceProfileName,
      path: Path,
      instanceProfileId: newUniqueId(world, 'AIPA'),
      arn: iamArn(world, 'instance-profile', Path, InstanceProfileName),
      createdAt: nowOf(world),
      visibleByIdAt: nowOf(world) + world.delays.of('idVisibility'),
      usableAt: nowOf(world) + world.delays.of('instanceProfileUsable'),
      roleName: undefined,
      tags: withTags({}, Tags ?? []),
    };
    put(world, profile);
    return { InstanceProfile: profileOutput(world, profile) };
  },
});

const byName = z.strictObject({ InstanceProfileName: instanceProfileName });

export const GetInstanceProfile = operation({
  input: byName,
  access: (world, { InstanceProfileName }) => [profileAccess(world, 'iam:GetInstanceProfile', InstanceProfileName)],
  run: (world, { InstanceProfileName }) => {
    const profile = requireProfile(world, InstanceProfileName);
    if (profile.visibleByIdAt > nowOf(world)) throw profileNotFound(InstanceProfileName);
    return { InstanceProfile: { ...profileOutput(world, profile), Tags: tagListOf(profile.tags) } };
  },
});

export const DeleteInstanceProfile = operation({
  input: byName,
  access: (world, { InstanceProfileName }) => [profileAccess(world, 'iam:DeleteInstanceProfile', InstanceProfileName)],
  run: (world, { InstanceProfileName }) => {
    const profile = requireProfile(world, InstanceProfileName);
    if (profile.roleName !== undefined) {
      throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    }
    profiles(world).delete(InstanceProfileName.toLowerCase());
    return {};
  },
});

export const ListInstanceProfiles = operation({
  input: z.strictObject({ PathPrefix: pathPrefix.default('/'), ...pageRequest }),
  access: () => [{ action: 'iam:ListInstanceProfiles', resource: '*' }],
  run: (world, { PathPrefix, ...page }) => {
    const found = [...profiles(world).rows()].filter(
      (profile) => profile.path.startsWith(PathPrefix) && profile.visibleByIdAt <= nowOf(world),
    );
    const { rows, ...rest } = pageOf(found, page, (profile) => profile.instanceProfileName);
    return { InstanceProfiles: rows.map((profile) => profileOutput(world, profile)), ...rest };
  },
});

export const ListInstanceProfilesForRole = operation({
  input: z.strictObject({ RoleName: roleName, ...pageRequest }),
  access: (world, { RoleName }) => [roleAccess(world, 'iam:ListInstanceProfilesForRole', RoleName)],
  run: (world, { RoleName, ...page }) => {
    const found = instanceProfilesOfRole(world, requireRole(world, RoleName).roleName);
    const { rows, ...rest } = pageOf(found, page, (profile) => profile.instanceProfileName);
    return { InstanceProfiles: rows.map((profile) => profileOutput(world, profile)), ...rest };
  },
});

const membership = byName.extend({ RoleName: roleName });

export const AddRoleToInstanceProfile = operation({
  input: membership,
  access: (world, { InstanceProfileName, RoleName }) => [
    profileAccess(world, 'iam:AddRoleToInstanceProfile', InstanceProfileName),
    passRoleAccess(world, roleArnOf(world, RoleName), 'ec2.amazonaws.com', anyInstance(world)),
  ],
  run: (world, { InstanceProfileName, RoleName }) => {
    const profile = requireProfile(world, InstanceProfileName);
    const role = requireRole(world, RoleName);
    if (profile.roleName !== undefined)
      throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
    const usableAt = nowOf(world) + world.delays.of('instanceProfileUsable');
    put(world, { ...profile, roleName: role.roleName, usableAt });
    return {};
  },
});

export const RemoveRoleFromInstanceProfile = operation({
  input: membership,
  access: (world, { InstanceProfileName }) => [
    profileAccess(world, 'iam:RemoveRoleFromInstanceProfile', InstanceProfileName),
  ],
  run: (world, { InstanceProfileName, RoleName }) => {
    const profile = requireProfile(world, InstanceProfileName);
    if (profile.roleName?.toLowerCase() !== RoleName.toLowerCase()) {
      throw noSuchEntity(`Role ${RoleName} in instance profile ${InstanceProfileName} cannot be found.`);
    }
    put(world, { ...profile, roleName: undefined });
    return {};
  },
});

export const TagInstanceProfile = operation({
  input: byName.extend({ Tags: tagList }),
  access: (world, { InstanceProfileName, Tags }) => [
    profileAccess(world, 'iam:TagInstanceProfile', InstanceProfileName, requestTagContext(Tags)),
  ],
  run: (world, { InstanceProfileName, Tags }) => {
    const profile = requireProfile(world, InstanceProfileName);
    put(world, { ...profile, tags: withTags(profile.tags, Tags) });
    return {};
  },
});

export const ListInstanceProfileTags = operation({
  input: byName.extend(pageRequest),
  access: (world, { InstanceProfileName }) => [
    profileAccess(world, 'iam:ListInstanceProfileTags', InstanceProfileName),
  ],
  run: (world, { InstanceProfileName, ...page }) => {
    const tags = tagListOf(requireProfile(world, InstanceProfileName).tags);
    const { rows, ...rest } = pageOf(tags, page, (tag) => tag.Key);
    return { Tags: rows, ...rest };
  },
});

/** The resource that iam:AssociatedResourceArn names before there is an instance (source: AddRoleToInstanceProfile). */
function anyInstance(world: World): string {
  return `arn:aws:ec2:*:${world.account}:instance/*`;
}

function put(world: World, profile: InstanceProfile): void {
  profiles(world).put(profile.instanceProfileName.toLowerCase(), profile);
}

function requireProfile(world: World, name: string): InstanceProfile {
  const profile = instanceProfileByName(world, name);
  if (!profile) throw profileNotFound(name);
  return profile;
}

function profileAccess(world: World, action: string, name: string, context: Access['context'] = {}): Access {
  const profile = instanceProfileByName(world, name);
  return {
    action,
    resource: profile?.arn ?? iamArn(world, 'instance-profile', '/', name),
    context: { ...resourceTagContext('iam', profile?.tags ?? {}), ...context },
  };
}

function profileOutput(world: World, profile: InstanceProfile) {
  const role = roleOfInstanceProfile(world, profile);
  return {
    Path: profile.path,
    InstanceProfileName: profile.instanceProfileName,
    InstanceProfileId: profile.instanceProfileId,
    Arn: profile.arn,
    CreateDate: new Date(profile.createdAt),
    Roles: role ? [roleOutput(role)] : [],
  };
}

function profileNotFound(name: string) {
  return noSuchEntity(`Instance Profile ${name} cannot be found.`);
}
