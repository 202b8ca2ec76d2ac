import type { Statement } from './packagedStack.ts';

interface MachineRole {
  readonly Properties: {
    readonly Policies: readonly { readonly PolicyDocument: { readonly Statement: Statement[] } }[];
  };
}

const { machine } = jest.requireActual<{
  machine(name: string, definition: object): Readonly<Record<string, MachineRole>>;
}>('../../resources/stateMachines.cjs');

const placeholder = (name: string) => `\${${name}}`;

const parent = {
  QueryLanguage: 'JSONata',
  StartAt: 'RollNodes',
  States: {
    RollNodes: {
      Type: 'Task',
      Resource: placeholder('StartExecutionAndWait'),
      Arguments: { StateMachineArn: placeholder('RollNodesMachine') },
      End: true,
    },
  },
};

test('a machine that starts another and waits may also see it, stop it and hear of its end', () => {
  const statements = machine('upgradeCluster', parent).UpgradeClusterMachineRole?.Properties.Policies.flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
  const allowed = new Map(
    statements?.flatMap(({ Action, Resource }) => Action.map((action) => [action, JSON.stringify(Resource)] as const)),
  );
  for (const action of ['states:DescribeExecution', 'states:StopExecution']) {
    expect(allowed.get(action)).toContain(':execution:');
    expect(allowed.get(action)).toContain('-rollNodes:*');
  }
  expect(allowed.get('states:StartExecution')).toContain('-rollNodes"');
  for (const action of ['events:PutTargets', 'events:PutRule', 'events:DescribeRule']) {
    expect(allowed.get(action)).toContain('rule/StepFunctionsGetEventsForStepFunctionsExecutionRule');
  }
  expect(statements?.find(({ Sid }) => Sid === 'InvokeSteps')).toBeUndefined();
});
