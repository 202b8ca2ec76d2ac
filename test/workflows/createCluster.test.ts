import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { machines } from '../../local/machines/simulated/machineRows.ts';
import { anAccount } from '../support/embeddedWorld.ts';

const { spec } = JSON.parse(readFileSync('events/createCluster.json', 'utf8'));

test('a highly available cluster is created by the packaged state machines under their own roles', async () => {
  const denied: string[] = [];
  const account = await anAccount({
    observers: [
      {
        denied: (call, access) =>
          void denied.push(
            `${JSON.stringify(call.principal)} ${JSON.stringify(access)} ${JSON.stringify(call.input).slice(0, 300)}`,
          ),
      },
    ],
  });
  const started = await account.ask('POST', '/clusters', stringify(spec), { requestId: 'first' });
  if (started.status !== 200) console.log(started, denied);
  expect(started).toMatchObject({ status: 200 });
  const t0 = account.clock.now();
  const execution = await account.until(account.engine.whenEnded(started.body.executionArn));
  const failed = account.engine
    .history(started.body.executionArn)
    .filter((event) => /Failed|TimedOut/.test(event.type))
    .slice(-3);
  console.log((account.clock.now() - t0) / 1000, account.engine.history(started.body.executionArn).length);
  if (execution.status !== 'SUCCEEDED')
    console.log(
      JSON.stringify(failed).slice(0, 2500),
      JSON.stringify(
        [...machines(account.world).rows()].map((row) => [row.instanceId, row.done.at(-1), row.waitsFor]),
        null,
        1,
      ),
      account.failedJobs,
      denied,
    );
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });

  await account.clock.advance({ minutes: 10 });
  const deleting = await account.ask('DELETE', '/clusters/demo', undefined, { requestId: 'second' });
  console.log(deleting);
  const t1 = account.clock.now();
  const deletion = await account.until(account.engine.whenEnded(deleting.body.executionArn));
  const failures = account.engine
    .history(deleting.body.executionArn)
    .filter((event) => /Failed|TimedOut/.test(event.type))
    .slice(-3);
  console.log((account.clock.now() - t1) / 1000, account.engine.history(deleting.body.executionArn).length);
  if (deletion.status !== 'SUCCEEDED') console.log(JSON.stringify(failures).slice(0, 2500), denied);
  expect(deletion).toMatchObject({ status: 'SUCCEEDED' });
  await account.clock.advance({ hours: 2 });
  const left = new Map<string, number>();
  for (const [table, , row] of account.world.tables.dump())
    if (JSON.stringify(row).includes(execution.name.slice(0, 4))) left.set(table, (left.get(table) ?? 0) + 1);
  console.log([...left]);
}, 120_000);
