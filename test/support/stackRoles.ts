/**
 * The logical name of a role of the stack by what it is called in the account: CloudFormation's name of chance
 * (`kubestep-CreateVpcRole-1a2b3c`), or one of its own (`kubestep-dev-us-east-1-IssueCertsRole`). Undefined for other roles.
 */
export const stackRoleOf = (roleName: string): string | undefined =>
  /^kubestep-(?:dev-us-east-1-)?(\w+Role)(?:-[0-9a-f]+)?$/.exec(roleName)?.[1];
