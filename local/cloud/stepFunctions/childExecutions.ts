import type { StartOfChild } from '../../interpreter/engineOptions.ts';
import { AwsError } from '../errors.ts';
import { assumeRole } from '../iam/assumeRole.ts';
import { explainDenial } from '../iam/authorize.ts';
import type { Access } from '../operation.ts';
import { arnOf, type World } from '../world.ts';

/**
 * Throws AccessDeniedException where the role of the waiting machine may not start the child, or may not see, stop or hear of
 * an execution that it waits for (Step Functions developer guide, "Start a new AWS Step Functions state machine from a
 * running execution", IAM policies).
 */
export function authorizeChild(world: World, child: StartOfChild): void {
  const { roleArn, startedByMachine, stateMachineArn, executionArn, waits } = child;
  const start: Access = { action: 'states:StartExecution', resource: stateMachineArn };
  const follow = ['states:DescribeExecution', 'states:StopExecution'].map((action) => ({
    action,
    resource: executionArn,
  }));
  const accesses = waits ? [start, ...follow, ...ruleAccesses(world)] : [start];
  const denial = firstDenial(world, roleArn, startedByMachine, accesses);
  if (denial !== undefined) throw new AwsError('AccessDeniedException', denial);
}

/**
 * Throws what CreateStateMachine and UpdateStateMachine answer when the definition waits for executions and the role may not
 * make the rule by which Step Functions hears of their end.
 */
export function requireManagedRule(world: World, machine: StateMachineText): void {
  if (!waitsForExecutions.test(machine.definition)) return;
  if (firstDenial(world, machine.roleArn, machine.stateMachineArn, ruleAccesses(world)) === undefined) return;
  throw new AwsError('AccessDeniedException', `'${machine.roleArn}' is not authorized to create managed-rule.`);
}

interface StateMachineText {
  readonly stateMachineArn: string;
  readonly roleArn: string;
  readonly definition: string;
}

const waitsForExecutions = /:states:startExecution\.sync(:2)?"/;

/** One rule of the account serves every machine that waits for executions. */
const ruleAccesses = (world: World): readonly Access[] =>
  ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'].map((action) => ({
    action,
    resource: arnOf(world, 'events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule'),
  }));

function firstDenial(
  world: World,
  roleArn: string,
  sourceArn: string,
  accesses: readonly Access[],
): string | undefined {
  const session = assumeRole(world, roleArn, 'children', 'states.amazonaws.com', { sourceArn });
  for (const access of accesses) {
    const denial = explainDenial(world, session, access);
    if (denial !== undefined) return denial;
  }
  return undefined;
}
