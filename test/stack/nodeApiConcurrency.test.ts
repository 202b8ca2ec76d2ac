import { packagedStack } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

test('a flood of requests from machines takes a tenth of the account’s concurrency at most', async () => {
  const { functions } = await packagedStack();
  const served = functions.filter(({ source }) => source.startsWith('functions/nodeApi/'));
  const reserved = served.map(({ properties }) => Number(properties.ReservedConcurrentExecutions));
  expect(reserved.every((count) => count > 0)).toBe(true);
  expect(reserved.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(100);
});
