import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { type BuildOptions, build } from 'esbuild';
import { parse } from 'yaml';
import { connectionReset, type ServiceFailure, serviceFailures } from '../../local/cloud/serviceFailures.ts';
import { transientErrors } from '../../shared/aws/errors.ts';
import { dynamodb } from '../../shared/clients/dynamodb.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';
import type { FailedCall } from './sdkErrors/callEveryService.ts';
import { type Failure, startFailingServices } from './sdkErrors/failingServices.ts';

jest.setTimeout(120_000); // each failure outlasts the SDK's own retries

/** How many failures the service with most of them knows. */
const maxFailures = Math.max(...Object.values(serviceFailures).map(({ length }) => length));

const failureOf = (service: string, index: number): ServiceFailure => {
  const known = serviceFailures[service];
  if (!known) throw new Error(`local/cloud/serviceFailures.ts does not say how ${service} fails`);
  return known[index % known.length] as ServiceFailure;
};

/** Every failure of every service, so many at once as a run of the calls meets. */
const ofServices = Object.fromEntries(
  Array.from({ length: maxFailures }, (_, index) => [
    `failure ${index + 1}`,
    (service: string) => failureOf(service, index),
  ]),
);

const ofTheWay = {
  reset: 'reset',
  closed: 'closed',
  'cut off': 'cut off',
  'page of a proxy': 'page of a proxy',
  'empty answer': 'empty answer',
} as const satisfies Record<string, Failure>;

let folder: string;
let services: Awaited<ReturnType<typeof startFailingServices>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-sdk-'));
  await build({ ...bundling(), entryPoints: ['test/stack/sdkErrors/callEveryService.ts'], outfile: bundle() });
  services = await startFailingServices({ ...ofServices, ...ofTheWay });
});

afterAll(async () => {
  await services.stop();
  rmSync(folder, { recursive: true });
});

const bundle = () => join(folder, 'callEveryService.cjs');

/** As serverless.yml has functions bundled. */
function bundling(): BuildOptions {
  const { esbuild } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'error' }).custom;
  const { plugins, outputFileExtension: _, exclude: external, concurrency: __, ...settings } = esbuild;
  return {
    ...settings,
    external,
    platform: 'node',
    plugins: createRequire(__filename)(join(process.cwd(), plugins))(),
  };
}

/** What each client's call ends in, sent to this endpoint. */
async function callsTo(AWS_ENDPOINT_URL: string): Promise<Record<string, FailedCall>> {
  const { stdout } = await promisify(execFile)(process.execPath, [bundle()], {
    env: { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1' },
  });
  return JSON.parse(stdout);
}

const notRetried = (calls: Record<string, FailedCall>) =>
  Object.entries(calls).filter(([, { retriedAs }]) => !transientErrors.some((name) => name === retriedAs));

test.each(Object.keys(ofServices))(
  'what services say of themselves is retried by every state, and the model gives it the SDK’s name (%s)',
  async (name) => {
    const calls = await callsTo(services.endpointOf(name));
    expect(Object.keys(calls).length).toBeGreaterThan(15);
    expect(notRetried(calls)).toEqual([]);
    const index = Object.keys(ofServices).indexOf(name);
    for (const [call, { service, sdkName }] of Object.entries(calls)) {
      if (call.includes('HEAD')) continue; // its answers have no body, and so no code
      const { code, name: expected = code } = failureOf(service, index);
      expect([call, sdkName]).toEqual([call, expected]);
    }
  },
);

test.each(Object.keys(ofTheWay))(
  'a request that meets what no service says is retried by every state: %s',
  async (name) => {
    expect(notRetried(await callsTo(services.endpointOf(name)))).toEqual([]);
  },
);

test('a service that cannot be reached is retried by every state', async () => {
  const nobodyListens = 'http://127.0.0.1:1';
  expect(notRetried(await callsTo(nobodyListens))).toEqual([]);
});

test('a connection that breaks has the SDK’s name in the model', async () => {
  const { ec2 } = await callsTo(services.endpointOf('reset'));
  expect(ec2?.sdkName).toBe(connectionReset().name);
});

test('a step that runs out of time is ended by Lambda, which its state retries, and never answers before that', async () => {
  process.env['TABLE_NAME'] = 'table';
  const run = {
    runId: 'create-1',
    operation: 'createCluster',
    clusterName: 'demo',
    clusterId: 'demo-1',
    planHash: 'hash',
    executionArn: 'arn',
    fence: 1,
  };
  const lock = { fence: 1, holder: { executionArn: 'arn' } };
  mockClient(dynamodb)
    .on(GetItemCommand)
    .resolves({ Item: marshall(lock) });
  const endless = stepWithoutPlan(() => new Promise(() => {}));
  const answered = endless({ run }, { getRemainingTimeInMillis: () => 30 }).catch((error: Error) => error.name);
  expect(await Promise.race([answered, setTimeout(100, 'still at work')])).toBe('still at work');
  expect(transientErrors).toContain('Sandbox.Timedout');
});
