import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { takeoverAfterSeconds } from '../../shared/operations/claimLock.ts';
import { lambdaStatesOf, packagedStack, type Stack } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

let stack: Stack;
beforeAll(async () => {
  stack = await packagedStack();
});

/** Lambdas that the project promises under exactly these names. */
const promisedFunctions = ['createVpc', 'launchEtcd', 'issueCerts', 'startMasters', 'configureOverlay', 'rollNodes'];

/** API Gateway's HTTP APIs wait 30 s for an integration (source: API Gateway quotas). */
const httpTimeoutSeconds = 29;

const capitalized = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

test('the promised functions exist', () => {
  expect(stack.functions.map(({ name }) => name)).toEqual(expect.arrayContaining(promisedFunctions));
});

test('every file of functions/ is deployed, and every function is a file', () => {
  const files = readdirSync('functions', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `functions/${file.slice(0, -'.ts'.length)}`);
  expect(stack.functions.map(({ source }) => source).sort()).toEqual(files.sort());
});

test('a function, its state, its role and its policy carry one name', () => {
  const states = new Set(stack.machines.flatMap(({ definition }) => lambdaStatesOf(definition).map(([name]) => name)));
  for (const { name, source, role, properties } of stack.functions) {
    expect(properties.FunctionName).toBe(`kubestep-dev-${name}`);
    expect(role).toBe(`${capitalized(name)}Role`);
    const isStep = source.startsWith('functions/steps/');
    // A step that needs no more than every step has no file.
    if (!isStep) expect([name, existsSync(`${source}.policy.yml`)]).toEqual([name, true]);
    expect([name, states.has(capitalized(name))]).toEqual([name, isStep]);
  }
});

test('every state calls a function that exists', () => {
  const functions = new Set(stack.functions.map(({ name }) => capitalized(name)));
  for (const { definition } of stack.machines) {
    for (const [state] of lambdaStatesOf(definition)) expect([state, functions.has(state)]).toEqual([state, true]);
  }
});

test('every function has a role of its own, and every role of a function has its function', () => {
  const roles = stack.functions.map(({ role }) => role);
  expect(new Set(roles).size).toBe(roles.length);

  const others = [
    'ScheduleRole',
    'HttpApiRole',
    ...stack.machines.map(({ name }) => `${capitalized(name)}MachineRole`),
  ];
  expect([...stack.statements.keys()].sort()).toEqual([...roles, ...others].sort());
});

test('no function can still be at work when its run’s lock may be taken over', () => {
  for (const { name, timeoutSeconds } of stack.functions) {
    expect([name, timeoutSeconds < takeoverAfterSeconds]).toEqual([name, true]);
  }
});

test('what answers over HTTP ends before API Gateway stops waiting', () => {
  for (const { source, timeoutSeconds } of stack.functions) {
    if (!/\b(answered|nodeRoute)\(/.test(readFileSync(`${source}.ts`, 'utf8'))) continue;
    expect([source, timeoutSeconds <= httpTimeoutSeconds]).toEqual([source, true]);
  }
});

test('each function runs on Graviton, traced, with its own log that ends', () => {
  for (const { name, properties } of stack.functions) {
    expect(properties).toMatchObject({
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    });
    const log = stack.template.Resources[`${capitalized(name)}LogGroup`];
    expect([name, log?.Type]).toEqual([name, 'AWS::Logs::LogGroup']);
    expect(log?.Properties?.RetentionInDays).toBeGreaterThan(0);
  }
});
