import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { anAccount } from '../support/embeddedWorld.ts';

jest.setTimeout(180_000);

const run = promisify(execFile);

/** What a process of its own made of a seed. */
async function historiesOf(seed: number): Promise<{ events: number; sha256: string }> {
  const program = ['--import', './resources/sources.mjs', 'test/support/runHistories.ts', String(seed)];
  const { stdout } = await run(process.execPath, program);
  return JSON.parse(stdout);
}

test('one seed gives one run, to the byte, in every process; another seed gives another', async () => {
  await anAccount(); // packages the stack, where nobody has
  const [first, again, other] = await Promise.all([historiesOf(7), historiesOf(7), historiesOf(8)]);
  expect(first?.events).toBeGreaterThan(400);
  expect(again).toEqual(first);
  expect(other?.sha256).not.toBe(first?.sha256);
});
