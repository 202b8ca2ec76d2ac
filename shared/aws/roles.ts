import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  paginateListInstanceProfiles,
  paginateListRolePolicies,
  paginateListRoles,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import type { ClusterIdentity, RoleBlueprint } from '../blueprint/blueprint.ts';
import { Conflict } from '../step/errors.ts';
import { iam } from './clients/iam.ts';
import { deploymentId } from './deploymentId.ts';
import { isNotFound, removed, settled, unless } from './errors.ts';
import { idOf } from './ids.ts';
import { awsTags, keyIn } from './tags.ts';

/** Machine roles of this deployment: policies of functions reach no others. */
const pathOf = (deployment: string) => `/kubestep/${deployment}/`;

/** The one inline policy of a machine's role. */
const policyName = 'machine';

/** Only EC2 may assume a machine's role: otherwise the session's name would not prove which instance it is. */
const trustPolicy = JSON.stringify({
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
    iam.send(
      new PutRolePolicyCommand({
        RoleName: role.name,
        PolicyName: policyName,
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: role.statements }),
      }),
    ),
  );
  await ensureInstanceProfile(cluster, role);
}

async function ensureRole(cluster: ClusterIdentity, role: RoleBlueprint, boundaryArn: string): Promise<void> {
  const created = await unless(
    ['EntityAlreadyExists'],
    iam.send(
      new CreateRoleCommand({
        Path: pathOf(cluster.deploymentId),
        RoleName: role.name,
        AssumeRolePolicyDocument: trustPolicy,
        PermissionsBoundary: boundaryArn,
        Description: `${role.key} machines of ${cluster.id}`,
        Tags: awsTags(cluster, `role/${role.key}`),
      }),
    ),
  );
  if (created) return;
  const { Role: existing } = await settled(iam.send(new GetRoleCommand({ RoleName: role.name })));
  const ours =
    keyIn(existing?.Tags, cluster.id, 'role') === role.key && existing?.Path === pathOf(cluster.deploymentId);
  if (!ours || existing?.PermissionsBoundary?.PermissionsBoundaryArn !== boundaryArn) {
    throw new Conflict(
      `A role ${role.name} exists that is not ${cluster.id}'s, or lacks its boundary. Remove it, then resume.`,
    );
  }
}

async function ensureInstanceProfile(cluster: ClusterIdentity, role: RoleBlueprint): Promise<void> {
  await unless(
    ['EntityAlreadyExists'],
    iam.send(
      new CreateInstanceProfileCommand({
        Path: pathOf(cluster.deploymentId),
        InstanceProfileName: role.name,
        Tags: awsTags(cluster, `instance-profile/${role.key}`),
      }),
    ),
  );
  // A profile holds one role: LimitExceeded says that it has it.
  const addition = new AddRoleToInstanceProfileCommand({ InstanceProfileName: role.name, RoleName: role.name });
  await unless(['LimitExceeded'], settled(iam.send(addition)));
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
    for await (const page of paginateListRolePolicies({ client: iam }, { RoleName: name })) {
      for (const PolicyName of page.PolicyNames ?? []) {
        await removed(name, iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName })));
      }
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  await removed(name, iam.send(new DeleteRoleCommand({ RoleName: name })));
}
