import { readFileSync } from 'node:fs';
import aslValidator from 'asl-validator';
import { parse } from 'yaml';
import { operations } from '../../shared/operations/operations.ts';
import { lambdaStatesOf, nameOf, packagedStack, type Stack, statesOf } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

let stack: Stack;
beforeAll(async () => {
  stack = await packagedStack();
});

/** What the file of a machine says, each name replaced by what it stands for. */
const written = (machine: string) =>
  parse(readFileSync(`statemachines/${machine}.asl.yml`, 'utf8'), { maxAliasCount: -1 });

/** An ARN as CloudFormation would write it into the definition. */
const deployedArn = (arn: string) =>
  arn
    .replace(/\$\{AWS::Partition\}/, 'aws')
    .replace(/\$\{AWS::Region\}/, 'us-east-1')
    .replace(/\$\{AWS::AccountId\}/, '123456789012');

/** Lambda's own errors that its developers' guide says to retry (Step Functions developer guide, "Handling error conditions"). */
const lambdaServiceErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

test('every operation that can be asked for is a state machine', () => {
  expect(stack.machines.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(operations)));
});

test('the definition is packaged as it is written, without the block that the machines share', () => {
  for (const { name, definition } of stack.machines) {
    const { 'x-shared': shared, ...language } = written(name);
    expect(shared).toBeDefined();
    expect(definition).toEqual(language);
  }
});

test('a validator that others wrote accepts each definition', () => {
  for (const { name, definition, substitutions } of stack.machines) {
    const deployed = JSON.stringify(definition).replaceAll(/\$\{(\w+)\}/g, (_, placeholder) =>
      deployedArn(substitutions[placeholder]?.['Fn::Sub'] ?? ''),
    );
    expect([name, aslValidator(JSON.parse(deployed)).errors]).toEqual([name, []]);
  }
});

test('every placeholder is substituted, and every substitution is used', () => {
  for (const { definition, substitutions } of stack.machines) {
    const placeholders = new Set(
      [...JSON.stringify(definition).matchAll(/\$\{([^}]*)\}/g)].map(([, placeholder]) => placeholder),
    );
    expect(Object.keys(substitutions).sort()).toEqual([...placeholders].sort());
  }
});

test('a placeholder is a whole string, or CloudFormation would write into an expression', () => {
  for (const { definition } of stack.machines) {
    const strings = [...JSON.stringify(definition).matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([string]) => string);
    for (const string of strings.filter((text) => text.includes('${'))) expect(string).toMatch(/^"\$\{\w+\}"$/);
  }
});

test('substitutions are literal ARNs: a reference would be a cycle that CloudFormation refuses', () => {
  for (const { substitutions } of stack.machines) {
    for (const arn of Object.values(substitutions)) {
      expect(Object.keys(arn)).toEqual(['Fn::Sub']);
      expect(arn['Fn::Sub']).toMatch(/^arn:\$\{AWS::Partition\}:(lambda|states):/);
      expect([...arn['Fn::Sub'].matchAll(/\$\{([^}]+)\}/g)].every(([, name]) => name?.startsWith('AWS::'))).toBe(true);
    }
  }
});

test('no definition names a partition: an ARN of another one fails only when its state runs', () => {
  for (const { definition } of stack.machines) expect(JSON.stringify(definition)).not.toMatch(/arn:aws/);
});

test('each substitution leads to the function or machine of its name', () => {
  const functions = new Set(stack.functions.map(({ properties }) => properties.FunctionName));
  const machines = new Set(stack.machines.map(({ properties }) => properties.StateMachineName));
  for (const { substitutions } of stack.machines) {
    for (const [placeholder, arn] of Object.entries(substitutions)) {
      if (/:states:::\w+:\w+/.test(arn['Fn::Sub'])) continue; // an integration of Step Functions itself
      const name = nameOf(arn);
      expect([placeholder, functions.has(name) || machines.has(name)]).toEqual([placeholder, true]);
      const bare = placeholder.replace(/Machine$/, '');
      expect(name.toLowerCase().endsWith(`-${bare.toLowerCase()}`)).toBe(true);
    }
  }
});

test('expressions are JSONata throughout', () => {
  for (const { definition } of stack.machines) {
    expect(definition.QueryLanguage).toBe('JSONata');
    for (const [name, { QueryLanguage = 'JSONata' }] of statesOf(definition)) {
      expect([name, QueryLanguage]).toEqual([name, 'JSONata']);
    }
  }
});

test('a state is named once in a machine, so that a resumed one can be recognised', () => {
  for (const { definition } of stack.machines) {
    const names = statesOf(definition).map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});

test('every Lambda state retries the errors of the Lambda service itself', () => {
  for (const { definition } of stack.machines) {
    for (const [name, { Retry = [] }] of lambdaStatesOf(definition)) {
      const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect([name, retried]).toEqual([name, expect.arrayContaining(lambdaServiceErrors)]);
    }
  }
});

test('nothing catches everything, and nothing ends in a Fail state: what a person can fix stays resumable', () => {
  for (const { definition } of stack.machines) {
    for (const [name, { Type, Retry = [], Catch = [] }] of statesOf(definition)) {
      const matched = [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals);
      expect([name, Type === 'Fail', matched.includes('States.ALL'), matched.includes('States.TaskFailed')]).toEqual([
        name,
        false,
        false,
        false,
      ]);
    }
  }
});

test('each machine is standard, traced, encrypted and logged, without the data of its runs', () => {
  for (const { properties } of stack.machines) {
    expect(properties).toMatchObject({
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      EncryptionConfiguration: { Type: expect.any(String) },
      LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false, Destinations: [expect.anything()] },
    });
  }
});
