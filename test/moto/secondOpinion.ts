import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answeredByOurModel } from './httpClients.ts';
import { type MotoServer, startMoto } from './motoServer.ts';
import { pythonTools } from './pythonTools.ts';
import { remains } from './remains.ts';

/** kops v1.36.2 on the same moto server with the same cluster: three masters and nine workers, `update cluster --yes`. */
const kops = { calls: 581, writes: 188 };

/** Where progress is kept, so that it outlives every process: shown, and left out of the comparison with a resource's own calls. */
const storeServices = ['dynamodb', 's3'];

interface Outcome {
  readonly calls: Readonly<Record<string, { readonly calls: number; readonly writes: number }>>;
  readonly problem?: string;
}

/** Runs one process of a cluster's life to its end. */
function live(server: MotoServer, folder: string, operation: 'create' | 'delete'): Outcome {
  const result = join(folder, `${operation}.json`);
  const { status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'test/moto/life.ts', join(folder, 'world'), operation, result],
    { env: { ...process.env, ...credentials, AWS_ENDPOINT_URL: server.url }, stdio: 'inherit' },
  );
  if (status !== 0) throw new Error(`${operation} ended with ${status}`);
  return JSON.parse(readFileSync(result, 'utf8'));
}

const credentials = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'moto', AWS_SECRET_ACCESS_KEY: 'moto' };

/** Prints calls and writes by service; those of the cluster's own resources are returned. */
function count(operation: string, { calls }: Outcome): { calls: number; writes: number } {
  const services = new Map<string, { calls: number; writes: number }>();
  for (const [name, counted] of Object.entries(calls)) {
    const service = name.split(':')[0] ?? name;
    const sum = services.get(service) ?? { calls: 0, writes: 0 };
    services.set(service, { calls: sum.calls + counted.calls, writes: sum.writes + counted.writes });
  }
  const total = { calls: 0, writes: 0 };
  for (const [service, sum] of services) {
    console.log(`${operation} ${service}: ${sum.calls} calls, ${sum.writes} writes`);
    if (storeServices.includes(service)) continue;
    total.calls += sum.calls;
    total.writes += sum.writes;
  }
  console.log(`${operation}, without ${storeServices.join(' and ')}: ${total.calls} calls, ${total.writes} writes`);
  return total;
}

/** Creates and deletes a cluster on somebody else's model of AWS. Answers with what was not as it should be. */
async function secondOpinion(server: MotoServer, folder: string): Promise<string[]> {
  const before = await remains(server);
  const created = count('create', live(server, folder, 'create'));
  count('delete', live(server, folder, 'delete'));
  const left = (await remains(server)).filter((row) => !before.includes(row));
  return [
    ...left.map((row) => `left after the deletion: ${row}`),
    ...(created.calls < kops.calls ? [] : [`a creation makes ${created.calls} calls, kops ${kops.calls}`]),
    ...(created.writes < kops.writes ? [] : [`a creation makes ${created.writes} writes, kops ${kops.writes}`]),
  ];
}

async function main(): Promise<void> {
  const tools = await pythonTools('moto', ['moto[server]']);
  if ('unavailable' in tools) return console.log(`skipped: ${tools.unavailable}`);
  for (const [call, reason] of Object.entries(answeredByOurModel)) console.log(`not moto's: ${call}, ${reason}`);
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-moto-'));
  const server = await startMoto(tools.programs);
  try {
    const problems = await secondOpinion(server, folder);
    for (const problem of problems) console.log(problem);
    console.log(problems.length === 0 ? 'nothing is left of the cluster' : `${problems.length} problems`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
