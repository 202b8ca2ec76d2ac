import type { CallObserver } from '../../local/cloud/cloud.ts';
import { compilePolicy } from '../../local/cloud/iam/compiledPolicy.ts';
import { effectiveAtOnce } from '../../local/cloud/iam/delayedSettings.ts';
import { policiesInForce, putRole, type Role, roles } from '../../local/cloud/iam/roles.ts';
import type { World } from '../../local/cloud/world.ts';
import { stackRoleOf } from '../support/stackRoles.ts';

/** One statement of one role of the stack. */
export interface RoleStatement {
  readonly roleArn: string;
  readonly policy: string;
  readonly label: string;
}

/** `CreateVpcRole createVpc CreateInOwnName`, whatever CloudFormation has called the role. */
export const nameOf = ({ roleArn, policy, label }: RoleStatement): string =>
  `${stackRoleOf(roleArn.replace(/^.*\//, '')) ?? roleArn} ${policy} ${label}`;

/** Every statement that allows something, of every role that the stack deploys. */
export function statementsOfStack(world: World): RoleStatement[] {
  return [...roles(world).rows()]
    .filter(({ roleName }) => roleName.startsWith('kubestep-'))
    .flatMap((role) =>
      policiesInForce(world, role).identity.flatMap(({ name, document }) =>
        compilePolicy(document)
          .filter(({ effect }) => effect === 'Allow')
          .map(({ label }) => ({ roleArn: role.arn, policy: name, label })),
      ),
    );
}

/** What was taken away, and what became missing for it. */
export interface Removal {
  readonly observer: CallObserver;
  /** Takes the statements away, at most one of a role. */
  take(world: World, statements: readonly RoleStatement[]): void;
  /** Names of statements for want of which something was refused, with what. */
  readonly missed: ReadonlyMap<string, string>;
}

/**
 * Takes statements of many roles away at once. The first refusal that a role meets proves that its statement was needed;
 * the statement is given back then, so that the run gets on to the next role's.
 */
export function removal(): Removal {
  const taken = new Map<string, { readonly statement: RoleStatement; readonly role: Role; readonly world: World }>();
  const missed = new Map<string, string>();
  return {
    missed,
    take(world, statements) {
      taken.clear();
      for (const statement of statements) {
        const role = [...roles(world).rows()].find(({ arn }) => arn === statement.roleArn);
        if (!role) throw new Error(`there is no role ${statement.roleArn}`);
        taken.set(role.arn, { statement, role, world });
        putRole(world, withoutStatement(world, role, statement));
      }
    },
    observer: {
      denied({ principal }, { action, resource }) {
        const found = principal.kind === 'role' ? taken.get(principal.roleArn) : undefined;
        if (!found) return;
        missed.set(nameOf(found.statement), `${action} ${resource}`);
        putRole(found.world, found.role);
        taken.delete(found.role.arn);
      },
    },
  };
}

function withoutStatement(world: World, role: Role, { policy, label }: RoleStatement): Role {
  const identity = policiesInForce(world, role).identity.map(({ name, document }) => ({
    name,
    document: name === policy ? documentWithout(document, label) : document,
  }));
  return { ...role, policies: effectiveAtOnce({ identity }) };
}

/** A statement without Sid is called by its place, so places are kept by a statement that allows nothing. */
function documentWithout(document: string, label: string): string {
  const parsed = JSON.parse(document) as { Version: string; Statement: readonly ({ Sid?: string } & object)[] };
  const Statement = parsed.Statement.map((statement, index) =>
    (statement.Sid ?? `#${index + 1}`) === label ? nothing(label) : statement,
  );
  return JSON.stringify({ ...parsed, Statement });
}

const nothing = (label: string) => ({
  ...(label.startsWith('#') ? {} : { Sid: label }),
  Effect: 'Deny',
  Action: ['none:Nothing'],
  Resource: ['*'],
});
