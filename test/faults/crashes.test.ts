import { anAccount, type TestAccount } from '../support/embeddedWorld.ts';
import { type CallCensus, callCensus, crashesAt, stride } from '../support/crashes.ts';
import { finish, startCreate, startDelete } from '../support/runs.ts';
import { difference, stateOf, type WorldState } from '../support/worldState.ts';

/** Ended instances are shown for an hour; what is left after that stays. */
const untilQuiet = { hours: 3 };

async function stateAfterCreate(account: TestAccount): Promise<WorldState> {
  await account.clock.advance(untilQuiet);
  return stateOf(account.world.tables);
}

let calm: { readonly state: WorldState; readonly census: CallCensus; readonly most: number };

beforeAll(async () => {
  const census = callCensus();
  const account = await anAccount({ faults: census });
  const { execution } = await finish(account, await startCreate(account), 0);
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  const most = Math.max(...[...census.calls.keys()].map((name) => Number(name.split('#')[1]))) + 1;
  calm = { state: await stateAfterCreate(account), census, most };
}, 60_000);

test('a creation whose every function dies once around each of its calls ends in the same world', async () => {
  let tried = 0;
  const problems: string[] = [];
  for (let index = 0; index < Number(process.env['MOST'] ?? stride); index += 1) {
    for (const side of ['before', 'after'] as const) {
      const crashes = crashesAt(calm.census, index, side);
      const account = await anAccount({ faults: crashes });
      try {
        const { execution, resumes, failures } = await finish(account, await startCreate(account));
        tried += crashes.tried();
        const { missing, extra } = difference(calm.state, await stateAfterCreate(account));
        if (execution.status !== 'SUCCEEDED' || missing.length + extra.length > 0) problems.push(`${side} #${index} resumes ${resumes} ${execution.status}\nmissing\n${missing.slice(0, 12).map((line) => line.slice(0, 9000)).join('\n')}\nextra\n${extra.slice(0, 12).map((line) => line.slice(0, 9000)).join('\n')} ${failures.filter((failure) => !/ExitError/.test(failure)).join('\n')}`);
      } catch (error) {
        problems.push(`${side} #${index} ${(error as Error).stack}`);
      }
    }
  }
  if (problems[0]) require('fs').writeFileSync('/tmp/problems.txt', problems.join('\n\n'));
  console.log(`${tried} crash points of createCluster, deepest call ${calm.most}`);
  expect(problems.join('\n\n').slice(0, 6000)).toEqual('');
}, 900_000);
