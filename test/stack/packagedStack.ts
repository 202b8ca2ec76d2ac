import { packageTemplate } from '../../local/deployment/packageTemplate.ts';
import type { Template, TemplateResource } from '../../local/deployment/template.ts';

/** One statement of a policy, its actions and resources as lists. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly unknown[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface PackagedFunction {
  readonly name: string;
  /** functions/steps/network/createVpc */
  readonly source: string;
  readonly role: string;
  readonly timeoutSeconds: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface PackagedMachine {
  readonly name: string;
  readonly definition: Machine;
  readonly substitutions: Readonly<Record<string, { readonly 'Fn::Sub': string }>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** As much of Amazon States Language as the checks read. */
export interface Machine {
  readonly Comment?: string;
  readonly QueryLanguage?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
}

export interface State {
  readonly Type: string;
  readonly QueryLanguage?: string;
  readonly Resource?: string;
  readonly Arguments?: Readonly<Record<string, unknown>>;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Next?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Default?: string;
  readonly Branches?: readonly Machine[];
  readonly ItemProcessor?: Machine;
}

/** The stack as `sls package` makes it. */
export interface Stack {
  readonly template: Template;
  readonly functions: readonly PackagedFunction[];
  readonly machines: readonly PackagedMachine[];
  /** Every policy statement of every role, by the role's logical id. */
  readonly statements: ReadonlyMap<string, readonly Statement[]>;
  ofType(type: string): readonly [string, TemplateResource][];
}

/** Packages the project (kept by content) and reads what it holds. */
export async function packagedStack(): Promise<Stack> {
  const template = await packageTemplate(process.cwd());
  const ofType = (type: string) => Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
  return {
    template,
    ofType,
    functions: ofType('AWS::Lambda::Function').map(([, resource]) => functionOf(resource)),
    machines: ofType('AWS::StepFunctions::StateMachine').map(([, resource]) => machineOf(resource)),
    statements: new Map(ofType('AWS::IAM::Role').map(([role, resource]) => [role, statementsOf(resource)])),
  };
}

/** Every state of a machine with its name, also those within others. */
export function statesOf({ States }: Machine): [string, State][] {
  return Object.entries(States).flatMap(([name, state]) => {
    const inner = [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])];
    return [[name, state] as [string, State], ...inner.flatMap(statesOf)];
  });
}

/** The states that call a Lambda, directly or for a task token. */
export const lambdaStatesOf = (machine: Machine) => statesOf(machine).filter(([, { Type }]) => Type === 'Task');

/** The last part of a substituted ARN: kubestep-dev-createVpc. */
export const nameOf = (substitution: { readonly 'Fn::Sub': string }) => substitution['Fn::Sub'].replace(/^.*:/, '');

/** The statements of a policy document as lists, however it was written. */
export function statementsIn(document: unknown): Statement[] {
  const { Statement = [] } = document as { Statement?: unknown };
  return listed(Statement).map((statement) => {
    const { Action, Resource, ...rest } = statement as Statement;
    return { ...rest, Action: listed(Action) as string[], Resource: listed(Resource) };
  });
}

const listed = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

function functionOf({ Properties = {} }: TemplateResource): PackagedFunction {
  const { Handler, Role, Timeout } = Properties as {
    Handler: string;
    Role: { 'Fn::GetAtt': [string, string] };
    Timeout: number;
  };
  const source = Handler.replace(/\.handler$/, '');
  return {
    name: source.replace(/^.*\//, ''),
    source,
    role: Role['Fn::GetAtt'][0],
    timeoutSeconds: Timeout,
    properties: Properties,
  };
}

function machineOf({ Properties = {} }: TemplateResource): PackagedMachine {
  const { StateMachineName, Definition, DefinitionSubstitutions } = Properties as {
    StateMachineName: string;
    Definition: Machine;
    DefinitionSubstitutions: PackagedMachine['substitutions'];
  };
  return {
    name: StateMachineName.replace(/^kubestep-[a-z]+-/, ''),
    definition: Definition,
    substitutions: DefinitionSubstitutions,
    properties: Properties,
  };
}

function statementsOf({ Properties = {} }: TemplateResource): Statement[] {
  const { Policies = [] } = Properties as { Policies?: { PolicyDocument: unknown }[] };
  return Policies.flatMap(({ PolicyDocument }) => statementsIn(PolicyDocument));
}
