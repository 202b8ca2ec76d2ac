import { stateMachineArn, stateMachines } from '../../cloud/stepFunctions/stateMachines.ts';
import { administratorCalls } from '../administrator.ts';
import type { Deployer } from '../deploy.ts';

/** CloudFormation replaces `${Name}` in the definition's text by what DefinitionSubstitutions say. */
export const deployStateMachine: Deployer = async (resource, cloud) => {
  const {
    StateMachineName,
    RoleArn,
    Definition,
    DefinitionSubstitutions = {},
  } = resource.properties as {
    readonly StateMachineName: string;
    readonly RoleArn: string;
    readonly Definition: object;
    readonly DefinitionSubstitutions?: Readonly<Record<string, string>>;
  };
  const definition = JSON.stringify(Definition).replaceAll(/\$\{(\w+)\}/g, (_whole, name: string) => {
    const value = DefinitionSubstitutions[name];
    if (value === undefined) throw new Error(`${resource.logicalId} has no substitution for \${${name}}`);
    return value;
  });
  const arn = stateMachineArn(cloud.world, StateMachineName);
  const call = administratorCalls(cloud, 'states');
  if (stateMachines(cloud.world).has(arn))
    await call('UpdateStateMachine', { stateMachineArn: arn, definition, roleArn: RoleArn });
  else await call('CreateStateMachine', { name: StateMachineName, definition, roleArn: RoleArn });
  return { ref: arn, attributes: { Arn: arn, Name: StateMachineName } };
};
