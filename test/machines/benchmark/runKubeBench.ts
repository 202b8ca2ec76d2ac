import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureTool } from '../../../local/machines/assets/tools/ensureTool.ts';
import { cisProfile, kubeBench } from '../../../local/machines/assets/tools/kubeBench.ts';
import { leaderOf } from '../../../local/machines/nspawn/machine/leader.ts';
import { inMachine, type TestWorld } from '../support/world.ts';

/** What kube-bench says of one check. A scored one fails; of one that a person must judge it can only warn. */
export interface CheckResult {
  readonly number: string;
  readonly text: string;
  readonly status: 'PASS' | 'FAIL' | 'WARN' | 'INFO';
}

/** Groups of checks, as kube-bench calls them: a machine is judged by those for what it runs. */
export const targetsOf = {
  master: ['master', 'etcd', 'controlplane', 'node'],
  worker: ['node'],
} as const;

/** What of kube-bench's report counts here. */
interface Report {
  readonly Controls: readonly {
    readonly tests: readonly {
      readonly results: readonly {
        readonly test_number: string;
        readonly test_desc: string;
        readonly status: CheckResult['status'];
      }[];
    }[];
  }[];
}

const assets = join('.kubestep', 'machines', 'assets');
const folder = '/var/tmp/kube-bench';

/** Runs kube-bench inside a machine, where nothing of it is left. It is built first where it is not there yet. */
export async function runKubeBench(
  world: TestWorld,
  instanceId: string,
  targets: readonly string[],
): Promise<readonly CheckResult[]> {
  const tool = await ensureTool(assets, kubeBench);
  const inside = join(`/proc/${leaderOf(world.host, instanceId)}/root`, folder);
  try {
    await cp(tool, inside, { recursive: true });
    await cp(join('test', 'machines', 'benchmark', 'config.yaml'), join(inside, 'config.yaml'));
    await inMachine(world, instanceId, commandLine(targets), 180);
    const { Controls } = JSON.parse(await readFile(join(inside, 'report.json'), 'utf8')) as Report;
    return Controls.flatMap(({ tests }) => tests)
      .flatMap(({ results }) => results)
      .map((result) => ({ number: result.test_number, text: result.test_desc, status: result.status }));
  } finally {
    await rm(inside, { recursive: true, force: true });
  }
}

const commandLine = (targets: readonly string[]): string =>
  [
    `cd ${folder} && ./kube-bench run --config-dir . --config config.yaml --benchmark ${cisProfile}`,
    `--targets ${targets.join(',')} --json --outputfile report.json`,
  ].join(' ');
