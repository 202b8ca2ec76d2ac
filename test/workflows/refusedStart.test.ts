import { zonesWithoutService } from '../../local/cloud/ec2/vpcEndpointServices.ts';
import { policy, theRole } from '../attacks/attackers.ts';
import { lockOf } from '../support/checks/lockReleased.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { clusterIdOf, demoSpec, finish } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount } from '../support/standingCluster.ts';
import { changed } from '../unit/spec/aSpec.ts';

jest.setTimeout(240_000);

const create = (account: TestAccount, query: Record<string, string>) =>
  account.ask('PUT', '/clusters/demo', JSON.stringify(demoSpec), query);

/** An account whose administrators have forbidden new executions for a while; what gives them back. */
async function withoutStarts(account: TestAccount): Promise<() => Promise<void>> {
  const { roleName: RoleName } = theRole(account, /StartWorkflowRole/);
  const PolicyName = 'frozen';
  const deny = policy([{ Effect: 'Deny', Action: 'states:StartExecution', Resource: '*' }]);
  await callAws(account, 'iam:PutRolePolicy', { RoleName, PolicyName, PolicyDocument: deny });
  await account.clock.advance({ minutes: 1 });
  return async () => {
    await callAws(account, 'iam:DeleteRolePolicy', { RoleName, PolicyName });
    await account.clock.advance({ minutes: 1 });
  };
}

describe('a start that Step Functions refuses', () => {
  let account: TestAccount;
  let giveBack: () => Promise<void>;
  beforeEach(async () => {
    account = await anEmptyAccount();
    giveBack = await withoutStarts(account);
    expect((await create(account, { requestId: 'mine' })).status).toBe(500);
  });

  test('is not reported as started, and the same request continues', async () => {
    expect(account.engine.list({})).toEqual([]);
    await giveBack();
    const { status, body } = await create(account, { requestId: 'mine' });
    expect(status).toBe(200);
    const { execution } = await finish(account, body.executionArn, 0);
    expect(execution.status).toBe('SUCCEEDED');
  });

  test('leaves a run that cannot be resumed, and says what to do instead', async () => {
    await giveBack();
    const { body } = await account.ask('GET', '/clusters/demo/runs');
    const resumed = await account.ask('POST', `/clusters/demo/runs/${body.runs[0].runId}/resume`);
    expect([resumed.status, resumed.body.message]).toEqual([400, expect.stringContaining('never started')]);
  });

  test('leaves a lock that another request takes over once it has been quiet for long enough', async () => {
    await giveBack();
    const held = await create(account, { requestId: 'other' });
    expect([held.status, held.body.error]).toEqual([409, 'LockHeld']);
    expect(held.body.message).toMatch(/never started.*--take-over/);
    expect(held.body.message).not.toContain('kubestep resume');
    await account.clock.advance({ minutes: 3 });
    expect((await create(account, { requestId: 'other', takeOver: 'true' })).status).toBe(200);
    expect((await lockOf(account, 'demo')).holder?.runId).toMatch(/^create-/);
  });
});

test('a run that has ended is not stopped again: the request is refused, and the audit says nothing of it', async () => {
  const account = await anAccountWithCluster();
  const { body } = await account.ask('GET', '/clusters/demo/runs');
  const { runId } = body.runs[0];
  const stopped = await account.ask('POST', `/clusters/demo/runs/${runId}/stop`);
  expect([stopped.status, stopped.body.message]).toEqual([400, expect.stringMatching(/SUCCEEDED.*nothing to stop/)]);
  const { Items } = await callAws<{ Items: unknown[] }>(account, 'dynamodb:Query', {
    TableName: process.env.TABLE_NAME,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: { ':pk': { S: 'audit#demo' }, ':sk': { S: 'run-stopped' } },
  });
  expect(Items).toEqual([]);
  expect(await clusterIdOf(account)).toMatch(/^demo-/);
});

test('a deletion that is asked for a moment after the creation says who has just begun', async () => {
  const account = await anEmptyAccount();
  const creation = await create(account, { requestId: 'mine' });
  const { status, body } = await account.ask('DELETE', '/clusters/demo');
  expect([status, body.message]).toEqual([404, expect.stringContaining(creation.body.runId)]);
});

describe('a creation that was stopped', () => {
  const stop = async (account: TestAccount, { runId, executionArn }: { runId: string; executionArn: string }) => {
    expect((await account.ask('POST', `/clusters/demo/runs/${runId}/stop`)).status).toBe(200);
    await account.until(account.engine.whenEnded(executionArn));
  };

  test('or failed before it recorded its cluster is named with what to do, where the cluster is to be deleted or created', async () => {
    const strike = ({ functionName }: { functionName: string }) =>
      /acquireLock$/.test(functionName) ? ('die' as const) : undefined;
    const account = await anEmptyAccount({ faults: { strike } });
    const { body: creation } = await create(account, { requestId: 'mine' });
    await account.until(account.engine.whenEnded(creation.executionArn));
    const resume = `kubestep resume ${creation.runId} --cluster demo`;
    const deletion = await account.ask('DELETE', '/clusters/demo', undefined, { takeOver: 'true' });
    expect(deletion.status).toBe(404);
    expect(deletion.body.message).toContain(`${creation.runId} was stopped or failed before it made the cluster`);
    expect(deletion.body.message).toContain(resume);
    expect(deletion.body.message).toContain('--take-over');
    const other = await create(account, { requestId: 'other' });
    expect([other.status, other.body.message]).toEqual([409, expect.stringContaining(resume)]);
  });

  test('half way is offered for resuming where its name is asked for again, and not while it runs', async () => {
    const account = await anEmptyAccount();
    const { body: creation } = await create(account, { requestId: 'mine' });
    const resume = `kubestep resume ${creation.runId} --cluster demo`;
    await account.clock.advance({ minutes: 1 });
    const running = await create(account, { requestId: 'other' });
    expect([running.status, running.body.message]).toEqual([
      400,
      expect.stringContaining('creating) has existed since'),
    ]);
    expect(running.body.message).not.toContain('kubestep resume');
    await stop(account, creation);
    const stopped = await create(account, { requestId: 'other' });
    expect([stopped.status, stopped.body.message]).toEqual([400, expect.stringContaining(resume)]);
  });
});

describe('an interface endpoint', () => {
  const planWith = async (account: TestAccount, names: readonly string[]) =>
    account.ask(
      'POST',
      '/clusters/demo/plan',
      JSON.stringify(changed(demoSpec, { 'spec.network.endpoints.interface': names })),
    );

  test('of a service that AWS does not offer is refused by name before anything is touched', async () => {
    const account = await anEmptyAccount();
    expect((await planWith(account, ['ssm', 'ecr.api'])).status).toBe(200);
    const { status, body } = await planWith(account, ['ssm', 'foo.bar']);
    expect([status, body.error]).toEqual([400, 'InvalidRequest']);
    expect(body.message).toMatch(/^spec\.network\.endpoints\.interface\[1\]\n {2}found {4}"foo.bar"/m);
    expect(body.message).not.toContain('interface[0]');
  });

  test('of a service that is not in a zone of the cluster, or has a gateway endpoint, is refused as well', async () => {
    const account = await anEmptyAccount();
    zonesWithoutService(account.world).put('com.amazonaws.us-east-1.scheduler', { zones: ['us-east-1b'] });
    const { body } = await planWith(account, ['scheduler', 'dynamodb', 's3']);
    expect(body.message).toMatch(/interface\[0\]\n.*\n.*none in us-east-1b/);
    expect(body.message).toMatch(/interface\[1\]\n.*\n.*gateway endpoints/);
    expect(body.message).toMatch(/interface\[2\]\n.*\n.*gateway endpoints/);
  });
});
