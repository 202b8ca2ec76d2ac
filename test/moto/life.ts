import { writeFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { createVirtualClock, type VirtualClock } from '../../local/clock/virtualClock.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import { packageTemplate } from '../../local/deployment/packageTemplate.ts';
import { type OpenedWorld, openWorld } from '../../local/world/openWorld.ts';
import type { CountedCall } from './calls.ts';
import { connectOverHttp } from './httpClients.ts';
import { generateDataKeyPair } from './keyPairs.ts';
import { machinesOf } from './machines.ts';
import { spec } from './spec.ts';

/**
 * One process of a cluster's life against moto: `life.ts FOLDER create|delete RESULT [KILL]`. Our interpreter runs the state
 * machines and the functions, everything that a cluster consists of is moto's. The process kills itself when its write
 * number KILL has taken effect, and leaves that write's name as its result; run again with the same folder, it continues
 * where it was.
 */
const [folder = '', operation = '', resultFile = '', killAt] = process.argv.slice(2);

const maxResumes = 10;

const calls = new Map<string, CountedCall>();
let writes = 0;

const opened: { world?: OpenedWorld; clock?: VirtualClock } = {};
const worldOf = (): OpenedWorld => {
  if (!opened.world) throw new Error('the world is not open yet');
  return opened.world;
};
const machines = machinesOf(worldOf, `${folder}.machines`);

connectOverHttp({
  standIns: {
    'kms:GenerateDataKeyPairWithoutPlaintext': generateDataKeyPair,
    'ssm:SendCommand': machines.sendCommand,
    'ssm:DescribeInstanceInformation': machines.describeInstanceInformation,
  },
  answered({ isWrite, ...call }) {
    const name = JSON.stringify(call);
    const count = calls.get(name) ?? { calls: 0, writes: 0 };
    calls.set(name, { ...call, calls: count.calls + 1, writes: count.writes + (isWrite ? 1 : 0) });
    if (!isWrite || !isOfTheCluster(call.service)) return;
    writes += 1;
    if (String(writes) !== killAt) return;
    writeFileSync(resultFile, `${call.service}:${call.operation}`);
    process.kill(process.pid, 'SIGKILL');
  },
});

await makeStore();
const opening = openWorld({
  folder,
  projectRoot: process.cwd(),
  seed: 7,
  clock: (startsAt) => {
    opened.clock = createVirtualClock({ startsAt: startsAt ?? Date.UTC(2026, 10, 23) });
    return opened.clock;
  },
});
while (opened.clock === undefined) await Promise.race([turn(), opening]);
const { clock } = opened;
opened.world = await clock.runUntil(opening);
void machines.live();
const problem = await follow(await ask(...requestOf(operation)));
machines.stop();
await clock.runUntil(worldOf().world.tables.commit());
writeFileSync(resultFile, JSON.stringify({ calls: [...calls.values()], problem, writes }));
process.exit(problem === undefined ? 0 : 1);

/** The store and the interpreter are where progress is kept; the question is what becomes of a cluster's own resources. */
function isOfTheCluster(service: string): boolean {
  return !['dynamodb', 's3', 'lambda', 'states'].includes(service);
}

function requestOf(what: string): [string, string, string | undefined, string] {
  return what === 'create'
    ? ['PUT', '/clusters/demo', JSON.stringify(spec), 'create']
    : ['DELETE', '/clusters/demo', undefined, 'delete'];
}

async function ask(
  method: string,
  path: string,
  body?: string,
  requestId?: string,
): Promise<{ executionArn: string; message?: string }> {
  const { request, world } = worldOf();
  const principal = administratorOf(world);
  const query = requestId === undefined ? {} : { query: { requestId } };
  const answer = await clock.runUntil(
    request({ principal, method, path, ...query, ...(body !== undefined && { body }) }),
  );
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body);
}

/** Follows a run to its end and resumes it when it failed. What it failed of at last, if it did. */
async function follow({ executionArn }: { executionArn: string }): Promise<string | undefined> {
  for (let resumes = 0; ; resumes += 1) {
    const execution = await clock.runUntil(worldOf().engine.whenEnded(executionArn));
    if (execution.status === 'SUCCEEDED') return undefined;
    const problem = `${execution.error}: ${execution.cause}`;
    console.log(problem);
    if (resumes === maxResumes) return problem;
    const { clusterName, runId } = JSON.parse(execution.input);
    await ask('POST', `/clusters/${clusterName}/runs/${runId}/resume`);
  }
}

/** The table and the bucket of the packaged stack, in moto. */
async function makeStore(): Promise<void> {
  const { Resources } = await packageTemplate(process.cwd());
  const { TableName, KeySchema, AttributeDefinitions, BillingMode } = (Resources['ClustersTable']?.Properties ??
    {}) as never;
  const exists = (error: Error) => {
    if (!/ResourceInUse|BucketAlready/.test(error.name)) throw error;
  };
  const table = new CreateTableCommand({ TableName, KeySchema, AttributeDefinitions, BillingMode });
  await new DynamoDBClient({}).send(table).catch(exists);
  const Bucket = `${TableName}-123456789012-us-east-1`;
  const s3 = new S3Client({});
  await s3.send(new CreateBucketCommand({ Bucket })).catch(exists);
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}
