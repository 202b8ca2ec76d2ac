import { execFile } from 'node:child_process';
import { scheduleOf } from './schedule.ts';

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a command of the README as a person would. */
function run(command: string): Promise<Ended> {
  const [program = '', ...words] = command.split(' ');
  return new Promise((resolve) => {
    execFile(program, words, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}

/** What was found, without the warnings of others and the time that it took. */
const problemsIn = ({ output }: Ended): string[] =>
  output.split('\n').filter((line) => /^seed \d+: |^ {2}(create|delete): /.test(line));

test('a planted defect is found, and the printed command finds the same again', async () => {
  const found = await run('npm run --silent fuzz -- --seeds 1 --from 1 --defect forgets-deletions');
  expect(found.code).toBe(1);
  const [, again = ''] = /again: (npm run fuzz -- --seeds 1 .+)/.exec(found.output) ?? [];

  const repeated = await run(again);
  expect(repeated.code).toBe(1);
  expect(problemsIn(repeated).length).toBeGreaterThan(1);
  expect(problemsIn(repeated)).toEqual(problemsIn(found));
}, 240_000);

test('a hundred seeds hold deaths by SIGKILL, cut journals, torn records and creations left by stop and by failure', () => {
  const schedules = Array.from({ length: 100 }, (_, seed) => [
    scheduleOf('create', seed + 1),
    scheduleOf('delete', seed + 1),
  ]);
  const kills = schedules.flat().flatMap((schedule) => schedule.kills);
  const left = schedules.flat().flatMap(({ abandoned }) => abandoned?.by ?? []);
  expect(kills.filter(({ isReal }) => isReal).length).toBeGreaterThanOrEqual(5);
  expect(kills.filter(({ isReal }) => !isReal).length).toBeGreaterThanOrEqual(50);
  expect(new Set(left)).toEqual(new Set(['stop', 'failure']));
});
