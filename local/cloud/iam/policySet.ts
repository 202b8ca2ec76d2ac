import { type CompiledStatement, compilePolicy } from './compiledPolicy.ts';

/** Everything that decides what a role may do by itself. */
export interface PolicySet {
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
}

export interface NamedPolicy {
  /** An inline policy's name or a managed policy's ARN. */
  readonly name: string;
  readonly document: string;
}

/** A statement and the policy that it belongs to. */
export interface PlacedStatement {
  readonly policy: string;
  readonly statement: CompiledStatement;
}

/** The statements that name one action, in both kinds of policy. */
export interface StatementsForAction {
  readonly identity: readonly PlacedStatement[];
  readonly boundary: readonly PlacedStatement[] | undefined;
}

const indices = new WeakMap<PolicySet, Map<string, StatementsForAction>>();

/** Which statements of the set name this action: found once, then a look-up, since 5,000 nodes ask 300,000 times. */
export function statementsFor(set: PolicySet, action: string): StatementsForAction {
  const byAction = indices.get(set) ?? new Map<string, StatementsForAction>();
  const known = byAction.get(action);
  if (known) return known;
  const statements: StatementsForAction = {
    identity: set.identity.flatMap((policy) => statementsOf(policy, action)),
    boundary: set.boundary && statementsOf(set.boundary, action),
  };
  indices.set(set, byAction.set(action, statements));
  return statements;
}

function statementsOf(policy: NamedPolicy, action: string): PlacedStatement[] {
  return compilePolicy(policy.document)
    .filter((statement) => statement.coversAction(action))
    .map((statement) => ({ policy: policy.name, statement }));
}
