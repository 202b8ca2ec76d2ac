import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  paginateListInstanceProfiles,
  paginateListRolePolicies,
  paginateListRoles,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import type { ClusterIdentity, RoleBlueprint } from '../blueprint/blueprint.ts';
import { iam } from '../clients/iam.ts';
import { Conflict } from '../errors.ts';
import { deploymentId } from './deploymentId.ts';
import { isNotFound, removed, settled, unless } from './errors.ts';
import { idOf } from './ids.ts';
import { canonicalPolicy } from './policyDocument.ts';
import { requireShape } from './shape.ts';
import { awsTags, keyIn } from './tags.ts';

/** Machine roles of this deployment: policies of functions reach no others. */
const pathOf = (deployment: string) => `/kubestep/${deployment}/`;

/** The one inline policy of a machine's role. */
export const policyName = 'machine';

/** Only EC2 may assume a machine's role: otherwise the session's name would not prove which instance it is. */
export const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** Ensures the role within the deployment's boundary, its policy, and the instance profile of the same name. */
export async function ensureMachineRole(
  cluster: ClusterIdentity,
  role: RoleBlueprint,
  boundaryArn: string,
): Promise<void> {
  await ensureRole(cluster, role, boundaryArn);
  await settled(
    iam.send(new PutRolePolicyCommand({ RoleName: role.name, PolicyName: policyName, PolicyDocument: policyOf(role) })),
  );
  await ensureInstanceProfile(cluster, role);
}

/** The document of a role's one policy. */
export const policyOf = ({ statements }: RoleBlueprint): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** What the role says of itself. */
export const roleDescription = (cluster: ClusterIdentity, { key }: RoleBlueprint): string =>
  `${key} machines of ${cluster.id}`;

async function ensureRole(cluster: ClusterIdentity, role: RoleBlueprint, boundaryArn: string): Promise<void> {
  const created = await unless(
    ['EntityAlreadyExists'],
    iam.send(
      new CreateRoleCommand({
        Path: pathOf(cluster.deploymentId),
        RoleName: role.name,
        AssumeRolePolicyDocument: trustPolicy,
        PermissionsBoundary: boundaryArn,
        Description: roleDescription(cluster, role),
        Tags: awsTags(cluster, `role/${role.key}`),
      }),
    ),
  );
  if (!created) await requireRole(cluster, role, boundaryArn);
}

/** A role that has our name: its creator may have let others assume it, or given it more rights. */
async function requireRole(cluster: ClusterIdentity, role: RoleBlueprint, boundaryArn: string): Promise<void> {
  const RoleName = role.name;
  // What is not under the path may not even be looked at.
  const { Role: found } = (await unless(['AccessDenied'], settled(iam.send(new GetRoleCommand({ RoleName }))))) ?? {};
  if (!found)
    throw new Conflict(
      `A role ${RoleName} exists outside of ${pathOf(cluster.deploymentId)}. Find out who made it and remove it, then resume.`,
    );
  const { AttachedPolicies } = await settled(iam.send(new ListAttachedRolePoliciesCommand({ RoleName })));
  const others = (await inlinePoliciesOf(RoleName)).filter((name) => name !== policyName);
  requireShape(`The role ${RoleName}`, {
    tag: [keyIn(found?.Tags, cluster.id, 'role'), role.key],
    path: [found?.Path, pathOf(cluster.deploymentId)],
    'permissions boundary': [found?.PermissionsBoundary?.PermissionsBoundaryArn, boundaryArn],
    'trust policy': [canonicalPolicy(found?.AssumeRolePolicyDocument ?? '{}'), canonicalPolicy(trustPolicy)],
    'attached policies': [(AttachedPolicies ?? []).map(({ PolicyArn }) => PolicyArn), []],
    'further inline policies': [others, []],
  });
}

async function inlinePoliciesOf(RoleName: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListRolePolicies({ client: iam }, { RoleName })) {
    names.push(...(page.PolicyNames ?? []));
  }
  return names;
}

async function ensureInstanceProfile(cluster: ClusterIdentity, role: RoleBlueprint): Promise<void> {
  const InstanceProfileName = role.name;
  const Tags = awsTags(cluster, `instance-profile/${role.key}`);
  const creation = new CreateInstanceProfileCommand({ Path: pathOf(cluster.deploymentId), InstanceProfileName, Tags });
  const created = await unless(['EntityAlreadyExists'], iam.send(creation));
  if (!created && (await hasRole(cluster, role))) return;
  // A profile holds one role: LimitExceeded says that another try has just added it.
  const addition = new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: role.name });
  await unless(['LimitExceeded'], settled(iam.send(addition)));
}

/** Whether the profile that has our name holds the role; it may hold no other. */
async function hasRole(cluster: ClusterIdentity, { key, name }: RoleBlueprint): Promise<boolean> {
  const request = new GetInstanceProfileCommand({ InstanceProfileName: name });
  const { InstanceProfile: found } = await settled(iam.send(request));
  const roles = (found?.Roles ?? []).map(({ RoleName }) => RoleName);
  requireShape(`The instance profile ${name}`, {
    tag: [keyIn(found?.Tags, cluster.id, 'instance-profile'), key],
    path: [found?.Path, pathOf(cluster.deploymentId)],
    'further roles': [roles.filter((other) => other !== name), []],
  });
  return roles.length > 0;
}

/** Names of the cluster's machine roles. */
export async function findMachineRoles(clusterId: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListRoles({ client: iam }, { PathPrefix: pathOf(deploymentId()) })) {
    for (const { RoleName } of page.Roles ?? []) {
      if (RoleName?.startsWith(`${clusterId}-`) && (await isOurRole(RoleName, clusterId))) names.push(RoleName);
    }
  }
  return names;
}

async function isOurRole(name: string, clusterId: string): Promise<boolean> {
  const found = await unless(['NoSuchEntity'], iam.send(new GetRoleCommand({ RoleName: name })));
  return keyIn(found?.Role?.Tags, clusterId, 'role') !== undefined;
}

/** Names of the cluster's instance profiles. */
export async function findInstanceProfiles(clusterId: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListInstanceProfiles({ client: iam }, { PathPrefix: pathOf(deploymentId()) })) {
    for (const { InstanceProfileName } of page.InstanceProfiles ?? []) {
      if (InstanceProfileName?.startsWith(`${clusterId}-`) && (await isOurProfile(InstanceProfileName, clusterId))) {
        names.push(InstanceProfileName);
      }
    }
  }
  return names;
}

async function isOurProfile(name: string, clusterId: string): Promise<boolean> {
  const found = await unless(['NoSuchEntity'], iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name })));
  return keyIn(found?.InstanceProfile?.Tags, clusterId, 'instance-profile') !== undefined;
}

/** Deletes a profile, after taking its role out. */
export async function removeInstanceProfile(name: string): Promise<void> {
  const found = await unless(['NoSuchEntity'], iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name })));
  for (const { RoleName } of found?.InstanceProfile?.Roles ?? []) {
    const removal = new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: name, RoleName: idOf(RoleName) });
    await removed(name, iam.send(removal));
  }
  await removed(name, iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: name })));
}

/** Deletes a machine's role with its inline policies; no function gives it any other. */
export async function removeMachineRole(name: string): Promise<void> {
  try {
    for (const PolicyName of await inlinePoliciesOf(name)) {
      await removed(name, iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName })));
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  await removed(name, iam.send(new DeleteRoleCommand({ RoleName: name })));
}
