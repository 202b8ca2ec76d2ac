import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Json } from '../../interpreter/json.ts';

const response = z.union([
  z.strictObject({ Return: z.custom<Json>((value) => value !== undefined) }),
  z.strictObject({ Throw: z.strictObject({ Error: z.string(), Cause: z.string().optional() }) }),
]);

/** Attempts of a state, from 0: one of them, or the first and the last of several. */
const attempts = z.string().regex(/^\d+(-\d+)?$/);

const mocksFile = z.strictObject({
  StateMachines: z.record(
    z.string(),
    z.strictObject({ TestCases: z.record(z.string(), z.record(z.string(), z.string())) }),
  ),
  MockedResponses: z.record(z.string(), z.record(attempts, response)),
});

/** Answers for tasks, in the shape of Step Functions Local's MockConfigFile (source: its page on mocked service integrations). */
export type Mocks = z.infer<typeof mocksFile>;
export type MockedResponse = z.infer<typeof response>;

/** Reads a file of mocks; problems are reported with their place. */
export function readMocks(file: string): Mocks {
  const parsed = mocksFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  throw new Error(`${file} is no file of mocks: ${problems.join('; ')}`);
}

/** What the file answers for a state of a test case at its n-th call; undefined where it says nothing of the state. */
export function mockedResponse(
  { StateMachines, MockedResponses }: Mocks,
  at: { readonly stateMachine: string; readonly testCase: string; readonly state: string; readonly call: number },
): MockedResponse | undefined {
  const name = StateMachines[at.stateMachine]?.TestCases[at.testCase]?.[at.state];
  if (name === undefined) return undefined;
  for (const [range, answer] of Object.entries(MockedResponses[name] ?? {})) {
    const [first = 0, last = first] = range.split('-').map(Number);
    if (at.call >= first && at.call <= last) return answer;
  }
  throw new Error(`The mocked response ${name} says nothing of call ${at.call} of ${at.state}`);
}
