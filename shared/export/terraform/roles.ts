import { policyName, policyOf, roleDescription, trustPolicy } from '../../aws/roles.ts';
import type { RoleBlueprint } from '../../blueprint/blueprint.ts';
import type { Plan } from '../../blueprint/plan.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { role as roleReference } from './references.ts';
import { nameOf, type Part, type Resource } from './syntax.ts';

/** The machines' roles: one policy each and no other, of whatever sort. */
export const rolesPart = (plan: Plan): Part => ({
  resources: plan.blueprint.roles.flatMap((role) => [
    machineRole(plan, role),
    ...policiesOf(role),
    instanceProfile(plan, role),
  ]),
});

function machineRole({ blueprint: { cluster }, facts }: Plan, role: RoleBlueprint): Resource {
  return {
    type: 'aws_iam_role',
    name: nameOf('role', role.key),
    id: role.name,
    values: {
      name: role.name,
      path: role.path,
      description: roleDescription(cluster, role),
      assume_role_policy: trustPolicy,
      permissions_boundary: facts.deployment.permissionsBoundaryArn,
      tags: tagsOf(cluster, 'role', role.key),
    },
  };
}

/** The policy, and that there is no other: any other would give machines more rights. */
function policiesOf(role: RoleBlueprint): Resource[] {
  const name = nameOf('role', role.key);
  return [
    {
      type: 'aws_iam_role_policy',
      name,
      id: `${role.name}:${policyName}`,
      values: { name: policyName, role: roleReference(role.key), policy: policyOf(role) },
    },
    {
      type: 'aws_iam_role_policies_exclusive',
      name,
      id: role.name,
      values: { role_name: roleReference(role.key), policy_names: [policyName] },
    },
    {
      type: 'aws_iam_role_policy_attachments_exclusive',
      name,
      id: role.name,
      values: { role_name: roleReference(role.key), policy_arns: [] },
    },
  ];
}

const instanceProfile = ({ blueprint: { cluster } }: Plan, role: RoleBlueprint): Resource => ({
  type: 'aws_iam_instance_profile',
  name: nameOf('instance-profile', role.key),
  id: role.name,
  values: {
    name: role.name,
    path: role.path,
    role: roleReference(role.key),
    tags: tagsOf(cluster, 'instance-profile', role.key),
  },
});
