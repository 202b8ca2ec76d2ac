import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { beginLoad } from '../load/beginLoad.ts';
import { problemsOf, tableOf, type Verdict } from '../load/verdict.ts';
import { clusterName, masters, world } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';
import { planOf } from '../support/plan.ts';
import { argumentsOf, changedProcesses, processStarts } from '../support/processes.ts';
import { healthyApiServers } from '../support/targetGroup.ts';
import { kubestep, pause, until } from '../support/world.ts';

const quietSeconds = 10;
const specFile = join(world.folder, 'reconfigured.yaml');
const unit = 'kube-apiserver.service';

/** The cluster's spec with another lifetime of events. */
function writeSpec(eventTtl: string): void {
  const spec = parse(readFileSync(join('events', 'machinesCluster.yaml'), 'utf8')) as { spec: Record<string, unknown> };
  const components = { 'kube-apiserver': { extraArguments: { 'event-ttl': eventTtl } } };
  writeFileSync(specFile, stringify({ ...spec, spec: { ...spec.spec, components } }));
}

const runs = async (): Promise<readonly unknown[]> =>
  JSON.parse(await kubestep(world, 'get', 'runs', clusterName, '--output', 'json')) as readonly unknown[];

onMachines('a flag of the API servers that is reconfigured while everybody uses the cluster', () => {
  let servers: readonly string[];
  let eventTtl: string;
  let generation: number;
  let before: Readonly<Record<string, string>>;
  let after: Readonly<Record<string, string>>;
  let verdict: Verdict;

  beforeAll(async () => {
    servers = await masters();
    const present = await argumentsOf(servers[0] ?? '', unit);
    // Another one than before, also where the cluster has seen this check already.
    eventTtl = present.includes('--event-ttl=2h') ? '3h' : '2h';
    writeSpec(eventTtl);
    generation = (await planOf(clusterName)).generation;
    await until('the balancer finds all API servers healthy', 120, async () =>
      (await healthyApiServers()) === 3 ? true : undefined,
    );
    const load = await beginLoad();
    before = await processStarts();
    await pause(quietSeconds);
    await kubestep(world, 'reconfigure', '--file', specFile, '--yes');
    await pause(quietSeconds);
    after = await processStarts();
    verdict = await load.end();
    console.log(tableOf(verdict));
  }, 1_500_000);

  test('is noticed by nobody', () => {
    expect(problemsOf(verdict)).toEqual([]);
  });

  test('is what every API server runs with', async () => {
    for (const server of servers) expect(await argumentsOf(server, unit)).toContain(`--event-ttl=${eventTtl}`);
  });

  test('restarts the API servers, and no other process of any machine', () => {
    expect(changedProcesses(before, after)).toEqual(servers.map((server) => `${server} ${unit}`).sort());
  });

  test('is recorded as the next generation', async () => {
    expect((await planOf(clusterName)).generation).toBe(generation + 1);
  });

  test('changes nothing when it is asked for again: no run begins, no process restarts', async () => {
    const earlier = await runs();
    await kubestep(world, 'reconfigure', '--file', specFile, '--yes');
    expect(await runs()).toEqual(earlier);
    expect(changedProcesses(after, await processStarts())).toEqual([]);
  });
});
