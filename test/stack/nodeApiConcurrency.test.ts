import { packagedStack } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

interface Reservation {
  readonly Properties: { readonly ReservedConcurrentExecutions: number };
}

const { extensionsFor } = jest.requireActual<{
  extensionsFor(environment: NodeJS.ProcessEnv): { readonly extensions?: Readonly<Record<string, Reservation>> };
}>('../../resources/concurrency.cjs');

test('a deploy reserves no concurrency by itself: a new account has 10 for everything, and Lambda would refuse', async () => {
  const { functions } = await packagedStack();
  expect(functions.filter(({ properties }) => 'ReservedConcurrentExecutions' in properties)).toEqual([]);
});

test('where it is asked for, a flood from machines takes a tenth of the account’s concurrency at most', async () => {
  const { functions } = await packagedStack();
  const served = functions.filter(({ source }) => source.startsWith('functions/nodeApi/')).map(({ name }) => name);
  const { extensions = {} } = extensionsFor({ RESERVE_CONCURRENCY: '1' });
  const counts = served.map((name) => {
    const resource = `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`;
    return extensions[resource]?.Properties.ReservedConcurrentExecutions ?? 0;
  });
  expect(counts.every((count) => count > 0)).toBe(true);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(100);
});
