import { callLog, resourceWrites } from '../support/callLog.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { demoSpec } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { changed } from '../unit/spec/aSpec.ts';

jest.setTimeout(120_000);

const specWith = (changes: Record<string, unknown>) => JSON.stringify(changed(demoSpec, changes));

describe('the spec of a cluster that exists', () => {
  const log = callLog();
  let account: TestAccount;
  beforeAll(async () => {
    account = await anAccountWithCluster({ observers: [log.observer] });
  });
  const plan = (changes: Record<string, unknown>) => account.ask('POST', '/clusters/demo/plan', specWith(changes));

  test('changes nothing when it says what the cluster was made of', async () => {
    const { status, body } = await plan({});
    expect([status, body.changes, body.existing.name]).toEqual([200, [], 'demo']);
    expect(log.calls.filter(({ operation }) => /^(Put|Update|Delete|Batch|Transact|Start)/.test(operation))).toEqual(
      [],
    );
  });

  test('is answered with what it changes and what each change does', async () => {
    const { status, body } = await plan({ 'spec.nodeGroups.0.max': 40, 'spec.image': 'ubuntu2404' });
    expect(status).toBe(200);
    expect(body.changes).toEqual([
      expect.objectContaining({ path: 'spec.image', notYet: expect.stringMatching(/^not yet: /) }),
      expect.objectContaining({ path: 'spec.nodeGroups[workers].max', after: 40, effect: { kind: 'sizes' } }),
    ]);
    expect(body.changes[1]).not.toHaveProperty('notYet');
  });

  test('is refused by path where the cluster can never take it, and the rest of the changes is listed, too', async () => {
    const { status, body } = await plan({ 'spec.network.podCIDR': '100.96.0.0/12', 'spec.nodeGroups.0.max': 40 });
    expect([status, body.error]).toEqual([400, 'InvalidRequest']);
    expect(body.message).toMatch(/^spec\.network\.podCIDR\n {2}found .*\n {2}allowed .*as the cluster was made/m);
    expect(body.message).toMatch(/spec\.nodeGroups\[workers\]\.max: \d+ -> 40.*nothing restarts/);
  });

  test('is held against what the account offers, like a new one', async () => {
    const { status, body } = await plan({ 'spec.nodeGroups.0.instanceTypes': ['m99g.large'] });
    expect([status, body.message]).toEqual([400, expect.stringContaining('spec.nodeGroups[0].instanceTypes')]);
  });

  test('is not created a second time: the refusal says what differs', async () => {
    const { status, body } = await account.ask(
      'PUT',
      '/clusters/demo',
      specWith({ 'spec.nodeGroups.0.max': 40, 'spec.network.podCIDR': '100.96.0.0/12' }),
      { requestId: 'another' },
    );
    expect([status, body.message]).toEqual([400, expect.stringContaining('a cluster demo')]);
    expect(body.message).toMatch(/spec\.network\.podCIDR: .* \(never: /);
    expect(body.message).toMatch(/spec\.nodeGroups\[workers\]\.max: .* \(nothing restarts/);
  });

  test('is compared with the protection that the cluster has now', async () => {
    await account.ask('POST', '/clusters/demo/protection', undefined, { protected: 'true' });
    const { body } = await plan({ 'spec.deletionProtection': false });
    expect(body.changes).toMatchObject([{ path: 'spec.deletionProtection', before: true, after: false }]);
  });

  test('makes nothing', () => {
    expect(resourceWrites(log.calls)).toEqual([]);
  });
});
