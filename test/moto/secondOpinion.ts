import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Count, type CountedCall, callsTable, workflowOf } from './calls.ts';
import { countsOf, differencesBetween } from './comparison.ts';
import { everythingIn, remainsOf } from './expectedLeftovers.ts';
import { since } from './inventory/inventory.ts';
import type { Account, Resource } from './inventory/resource.ts';
import { fatalWrites, killedAt } from './kills.ts';
import { live } from './lives.ts';
import { type MotoServer, startMoto } from './motoServer.ts';
import { judged } from './namedDifferences.ts';
import { createdOnOurModel } from './ownModel.ts';
import { pythonTools } from './pythonTools.ts';
import { spec } from './spec.ts';
import { notMotos } from './unansweredByMoto.ts';

/** The differences that have a name are this version's. */
const motoPackage = 'moto[server]==5.2.5';

/** kops v1.36.2 on a moto server with the same cluster, three masters and nine workers: `update cluster --yes`. */
const kopsUpdate: Count = { calls: 581, writes: 188 };

/** Everything that was found wrong; each is printed when it is found. */
const problems: string[] = [];

const accountOf = ({ url }: MotoServer): Account => ({
  endpoint: url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' },
});

function print(title: string, lines: readonly string[]): void {
  console.log([title, ...lines.map((line) => `  ${line}`), ''].join('\n'));
}

function report(title: string, found: readonly string[], allIsWell: string): void {
  problems.push(...found);
  print(title, found.length === 0 ? [allIsWell] : found.map((problem) => `✗ ${problem}`));
}

/** A creation and a deletion that nobody disturbs. */
async function calmLife(server: MotoServer): Promise<{ created: Resource[]; writes: number }> {
  const account = accountOf(server);
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-moto-'));
  try {
    const before = await everythingIn(account);
    const [creation, ours] = await Promise.all([
      live({ account, folder, operation: 'create' }),
      createdOnOurModel(spec),
    ]);
    const created = since(before, await everythingIn(account));
    compare(created, ours);
    const deletion = await live({ account, folder, operation: 'delete' });
    const { kept, lost } = remainsOf(since(before, await everythingIn(account)));
    print('Still there after the deletion, with reason', kept);
    report(
      'Left after the deletion',
      lost.map(({ type, id }) => `${type} ${id}`),
      'nothing',
    );
    count(creation.calls, deletion.calls);
    return { created, writes: creation.writes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the creation made on moto beside what it made on our own model. */
function compare(moto: readonly Resource[], ours: readonly Resource[]): void {
  const [there, here] = [countsOf(moto), countsOf(ours)];
  const types = [...new Set([...there.keys(), ...here.keys()])].sort();
  print(
    `${'Created'.padEnd(28)}${'moto'.padStart(6)}${'ours'.padStart(6)}`,
    types.map(
      (type) =>
        `${type.padEnd(26)}${String(there.get(type) ?? 0).padStart(6)}${String(here.get(type) ?? 0).padStart(6)}`,
    ),
  );
  const { named, unnamed, idle } = judged(differencesBetween(moto, ours));
  const places = new Map<string, Set<string>>();
  for (const { where, because } of named) places.set(because, (places.get(because) ?? new Set()).add(where));
  print(
    'Different, with reason',
    [...places].map(
      ([because, where]) => `${[...where][0]}${where.size > 1 ? ` and ${where.size - 1} more` : ''}: ${because}`,
    ),
  );
  report(
    'Different, without reason',
    [
      ...unnamed.map((difference) => `${difference.where}: moto ${difference.moto}, ours ${difference.ours}`),
      ...idle.map((difference) => `named, but not different any more: ${difference}`),
    ],
    'nothing',
  );
}

function count(creation: readonly CountedCall[], deletion: readonly CountedCall[]): void {
  const others = [...creation, ...deletion].filter(({ isMotos }) => !isMotos);
  const names = new Set(others.map(({ service, operation }) => `${service}:${operation}`));
  const reasons = Object.entries(notMotos).map(([call, reason]): [string, string[], string] => [
    call,
    [...names].filter((name) => name === call || name.startsWith(`${call}:`)),
    reason,
  ]);
  print(
    'Not answered by moto',
    reasons.map(
      ([call, found, reason]) => `${found.length === 0 ? `${call} (not called)` : found.join(', ')}: ${reason}`,
    ),
  );
  print('Calls of the creation', callsTable(creation));
  print('Calls of the deletion', callsTable(deletion));
  const { calls, writes } = workflowOf(creation);
  report(
    `A creation beside kops' ${kopsUpdate.calls} calls, ${kopsUpdate.writes} of them writes`,
    [
      ...(calls < kopsUpdate.calls ? [] : [`${calls} calls`]),
      ...(writes < kopsUpdate.writes ? [] : [`${writes} writes`]),
    ],
    `${calls} calls, ${writes} of them writes`,
  );
}

/** Processes that are killed at writes spread over a creation, each on an account of its own. */
async function kill(programs: string, first: MotoServer, calm: { created: Resource[]; writes: number }): Promise<void> {
  const waiting = fatalWrites(calm.writes);
  const total = waiting.length;
  const lane = async (server: MotoServer): Promise<void> => {
    for (let write = waiting.shift(); write !== undefined; write = waiting.shift()) {
      const { diedAt, twins, left } = await killedAt(write, server, accountOf(server), calm.created);
      report(
        `Killed at write ${write} of ${calm.writes}, ${diedAt}, and continued by a new process`,
        [...twins.map((twin) => `not as in calm: ${twin}`), ...left.map((resource) => `left: ${resource}`)],
        'no twin; after the deletion nothing is left',
      );
    }
  };
  const second = await startMoto(programs);
  try {
    await Promise.all([lane(first), lane(second)]);
  } finally {
    second.stop();
  }
  console.log(`${total} processes were killed`);
}

async function main(): Promise<void> {
  const tools = await pythonTools('moto', [motoPackage]);
  if ('unavailable' in tools) return console.log(`skipped: ${tools.unavailable}`);
  const server = await startMoto(tools.programs);
  try {
    await kill(tools.programs, server, await calmLife(server));
  } finally {
    server.stop();
  }
  console.log(problems.length === 0 ? 'moto agrees' : `${problems.length} problems`);
  process.exit(problems.length === 0 ? 0 : 1);
}

await main();
