import * as z from 'zod';
import { operation } from '../operation.ts';
import { invalidInput } from './errors.ts';
import { roleOutput } from './roleOutput.ts';
import { roleByName } from './roles.ts';
import { createRole, linkOf, serviceLinkedRoleAccess } from './serviceLinkedRoles.ts';

export const CreateServiceLinkedRole = operation({
  input: z.strictObject({ AWSServiceName: z.string().min(1).max(128), Description: z.string().max(1000).optional() }),
  access: (world, { AWSServiceName }) => [serviceLinkedRoleAccess(world, AWSServiceName)],
  run: (world, { AWSServiceName, Description }) => {
    const { roleName } = linkOf(AWSServiceName);
    if (roleByName(world, roleName)) {
      throw invalidInput(
        `Service role name ${roleName} has been taken in this account, please try a different suffix.`,
      );
    }
    return { Role: roleOutput(createRole(world, AWSServiceName, Description)) };
  },
});
