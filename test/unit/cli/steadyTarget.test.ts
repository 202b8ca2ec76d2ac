import { exitCodes } from '../../../cli/exitCodes.ts';
import { followRun } from '../../../cli/progress/followRun.ts';
import { steadyTarget } from '../../../cli/steadyTarget.ts';
import { type ApiAnswer, type ApiRequest, type Target, Unreachable } from '../../../cli/target.ts';
import { aRun, at } from './aRun.ts';
import { recordedOutput } from './recordedOutput.ts';

const lost = () => new Unreachable('https://api', new Error('socket hang up'));
const list: ApiRequest = { method: 'GET', path: '/clusters' };

/** A deployment that gives these answers one after another, and the last one for ever; what was asked, and how long it was waited. */
function aDeployment(...answers: readonly (number | 'lost')[]) {
  const asked: string[] = [];
  const seen = { waited: 0 };
  const target: Target = {
    kind: 'aws',
    pollMilliseconds: 0,
    now: () => Date.parse(at(60)),
    pause: async (milliseconds) => {
      seen.waited += milliseconds;
    },
    close: async () => {},
    async request({ method, path }): Promise<ApiAnswer> {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(`${method} ${path}`);
      if (answer === 'lost' || answer === undefined) throw lost();
      return { status: answer, body: {} };
    },
  };
  return { target: steadyTarget(target), asked, seen };
}

test('what a lost connection, a throttle or a server error left unanswered is asked again', async () => {
  const { target, asked } = aDeployment(200, 'lost', 429, 503, 'lost', 500, 200);
  await target.request(list);
  expect(await target.request(list)).toMatchObject({ status: 200 });
  expect(asked).toHaveLength(7);
});

test('a start is asked for again only under an id that finds its own run', async () => {
  const { target, asked } = aDeployment(200, 'lost', 200);
  await target.request(list);
  await expect(target.request({ method: 'PUT', path: '/clusters/demo' })).rejects.toThrow(/cannot be reached/);
  const named = aDeployment(200, 'lost', 200);
  await named.target.request(list);
  const start: ApiRequest = { method: 'PUT', path: '/clusters/demo', query: { requestId: 'one' } };
  expect(await named.target.request(start)).toMatchObject({ status: 200 });
  expect(asked).toHaveLength(2);
});

test('an address that never answered fails at once: it may be wrong', async () => {
  const { target, seen } = aDeployment('lost');
  await expect(target.request(list)).rejects.toMatchObject({ exitCode: exitCodes.unreachable });
  expect(seen.waited).toBe(0);
});

test('after three minutes without an answer the message says that the run continues, and how to watch it again', async () => {
  const { target, seen } = aDeployment(200, 'lost');
  await target.request(list);
  const { run } = aRun([]);
  const followed = followRun(target, { cluster: run.clusterName, runId: run.runId }, recordedOutput().output);
  await expect(followed).rejects.toMatchObject({
    exitCode: exitCodes.unreachable,
    message: expect.stringMatching(/cannot be reached.*\nThe run continues in AWS. .*kubestep watch /),
  });
  expect(seen.waited).toBeGreaterThanOrEqual(180_000);
});
