import { exitCodes } from '../../../cli/exitCodes.ts';
import { at } from './aRun.ts';
import { type Api, ok, run } from './runCommand.ts';

const verb = ['reconfigure', '-f', 'events/reconfigureCluster.json'];
const existing = { name: 'demo', clusterId: 'demo-x7k2p', status: 'active', createdAt: at(0) };
const change = { path: 'spec.oidc', before: 1, after: 2, text: 'kube-apiserver restarts' };

const answering =
  (changes: readonly object[], status = 'active'): Api =>
  ({ path }) => {
    if (path.endsWith('/plan')) return ok({ existing: { ...existing, status }, changes, warnings: [] });
    if (path.endsWith('/reconfigure')) return ok({ runId: 'reconfigure-first', cluster: 'demo' });
    return ok({});
  };

const asked = (requests: readonly { path: string }[]) => requests.some(({ path }) => path.endsWith('/reconfigure'));

describe('reconfigure', () => {
  test('says what each change does, asks, and starts the run', async () => {
    const question = jest.fn(() => Promise.resolve('y'));
    const { text, code, requests } = await run([...verb, '--no-wait'], answering([change]), {}, question);
    expect(code).toBe(exitCodes.done);
    expect(text).toMatch(/spec\.oidc: 1 -> 2 \(kube-apiserver restarts\)[\s\S]*reconfigure-first has started/);
    expect([question.mock.calls.length, asked(requests)]).toEqual([1, true]);
  });

  test('touches nothing for a person who does not say yes', async () => {
    const { code, requests } = await run(verb, answering([change]), {}, () => Promise.resolve(''));
    expect([code, asked(requests)]).toEqual([exitCodes.invalid, false]);
  });

  test.each([
    ['where nothing differs', verb, []],
    ['as a dry run', [...verb, '--dry-run'], [change]],
  ])('touches nothing %s', async (_, words, changes) => {
    const { code, text, requests } = await run(words, answering(changes));
    expect([code, asked(requests)]).toEqual([exitCodes.done, false]);
    expect(text).toMatch(/Nothing was touched/);
  });

  test('asks the API where nothing differs and an earlier change was given up', async () => {
    const { requests } = await run([...verb, '--yes', '--no-wait'], answering([], 'updating'));
    expect(asked(requests)).toBe(true);
  });
});
