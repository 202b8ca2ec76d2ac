import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageTemplate } from '../../local/deployment/packageTemplate.ts';
import { clientEnvironment } from '../../local/serve/clientEnvironment.ts';
import { deployStack } from '../../local/world/deployStack.ts';
import { aServedAccount, type ServedAccount } from './servedAccount.ts';

jest.setTimeout(180_000); // sls bundles the function each time, on a machine that may be busy

/** Slow enough that a creation, which takes five minutes of the world, is under way when it is stopped. */
const speed = 2;

let account: ServedAccount;
beforeAll(async () => {
  const projectRoot = process.cwd();
  account = await aServedAccount({ speed, load: (source) => import(join(projectRoot, `${source}.ts`)) });
  await deployStack(account.embedded, await packageTemplate(projectRoot));
});
afterAll(() => account.close());

/** `sls invoke local`, which gives a function neither its ARN nor its account, in a shell that has what serve exports. */
async function invokeLocally(name: string, ...event: readonly string[]) {
  const { endpoint } = account.served;
  const { stdout } = await promisify(execFile)(
    join('node_modules', '.bin', 'sls'),
    ['invoke', 'local', '-f', name, ...event],
    {
      env: {
        ...process.env,
        ...clientEnvironment(endpoint, 'us-east-1', account.key),
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    },
  );
  return JSON.parse(stdout) as { readonly runId?: string; readonly executionArn?: string };
}

test('a creation is started, stopped and resumed by functions that run outside of Lambda', async () => {
  const { runId, executionArn = '' } = await invokeLocally('startWorkflow', '-p', 'events/createCluster.json');
  expect(executionArn).toBe(`arn:aws:states:us-east-1:123456789012:execution:kubestep-dev-createCluster:demo-${runId}`);
  const run = JSON.stringify({ cluster: 'demo', runId });
  await invokeLocally('stopRun', '-d', run);
  expect((await account.embedded.engine.whenEnded(executionArn)).status).toBe('ABORTED');
  expect(await invokeLocally('resumeRun', '-d', run)).toMatchObject({ runId, executionArn });
  expect(account.embedded.engine.describe(executionArn)).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
});
