import type { Access } from '../operation.ts';
import type { World } from '../world.ts';
import { compilePolicy } from './compiledPolicy.ts';
import { listeners } from './listeners.ts';
import { policiesInForce, roles } from './roles.ts';

/** One statement that allowed one access. */
export interface PolicyUse {
  readonly world: World;
  /** The role whose policy it is; undefined for a policy on a resource. */
  readonly roleArn: string | undefined;
  readonly policy: string;
  /** Its Sid, or its position: `#2`. */
  readonly statement: string;
  readonly access: Access;
}

const uses = listeners<PolicyUse>();

/** Emits every statement that allows something. */
export const observePolicyUse = uses.observe;

export const reportPolicyUse = uses.report;

/** Every statement of every role that allows something, as `used` names them: what is in neither place never was needed. */
export function unusedStatements(world: World, used: ReadonlyMap<string, unknown>): string[] {
  return [...roles(world).rows()].flatMap((role) =>
    policiesInForce(world, role)
      .identity.flatMap(({ name, document }) =>
        compilePolicy(document)
          .filter((statement) => statement.effect === 'Allow')
          .map((statement) => keyOf(role.arn, name, statement.label)),
      )
      .filter((key) => !used.has(key)),
  );
}

/** A record of what was used: role and statement, to the actions that it allowed. */
export function policyUseRecorder(): { readonly used: ReadonlyMap<string, ReadonlySet<string>>; stop(): void } {
  const used = new Map<string, Set<string>>();
  const stop = observePolicyUse(({ roleArn, policy, statement, access }) => {
    const key = keyOf(roleArn ?? access.resource, policy, statement);
    const actions = used.get(key) ?? new Set<string>();
    used.set(key, actions.add(access.action));
  });
  return { used, stop };
}

function keyOf(owner: string, policy: string, statement: string): string {
  return [owner, policy, statement].join(' ');
}
