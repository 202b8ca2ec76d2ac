import { readFileSync } from 'node:fs';
import { packagedStack, type Stack } from './packagedStack.ts';
import { sizeOf, sizeText } from './stackSize.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

let stack: Stack;
beforeAll(async () => {
  stack = await packagedStack();
});

/** What CONTRIBUTING says that a new one of each costs. */
const cost = { function: 3, stateMachine: 2, rule: 2 };

/** What there is once, however many functions and workflows there are: store, API, buses, boundary, document. */
const shared = 16;

/** What eight more workflows need besides: their steps and routes, themselves, and what starts them (docs/architecture.md). */
const eightWorkflows = { functions: 32, stateMachines: 8, rules: 5 };

/** Somebody who adds something must not find the stack full. */
const bound = { resources: 450, templateBytes: 900_000 };

test('the stack stays far below CloudFormation’s limits', () => {
  const size = sizeOf(stack.template);
  console.log(sizeText(stack.template));
  expect(size.resources).toBeLessThan(bound.resources);
  expect(size.templateBytes).toBeLessThan(bound.templateBytes);
});

test('a function costs three resources, a state machine two, a rule two, and a route none', () => {
  const { functions, machines } = stack;
  const rules = stack.ofType('AWS::Events::Rule').length;
  const each = cost.function * functions.length + cost.stateMachine * machines.length + cost.rule * rules;
  expect(sizeOf(stack.template).resources).toBe(each + shared);

  const page = readFileSync('docs/architecture.md', 'utf8');
  expect(page).toContain(`| a function | ${cost.function}:`);
  expect(page).toContain(`| a state machine | ${cost.stateMachine}:`);
  expect(page).toContain(`| a rule | ${cost.rule}:`);
});

test('eight more workflows fit', () => {
  const { functions, stateMachines, rules } = eightWorkflows;
  const more = cost.function * functions + cost.stateMachine * stateMachines + cost.rule * rules;
  expect(sizeOf(stack.template).resources + more).toBeLessThan(bound.resources);
});
