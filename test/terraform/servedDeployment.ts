import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createWatchedClock } from '../../local/clock/watchedClock.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import { packageTemplate } from '../../local/deployment/packageTemplate.ts';
import { newAccessKey } from '../../local/serve/accessKey.ts';
import { serveWorld } from '../../local/serve/serveWorld.ts';
import { createWorld } from '../../local/world/createWorld.ts';
import { deployStack } from '../../local/world/deployStack.ts';
import { type Ended, ran } from './terraform.ts';

/** Seconds of the world in one of ours: fast, and slow enough that certificates last until the judge is done. */
const speed = 1000;

/** A deployment on the embedded model, served on loopback in AWS's own protocols. */
export interface ServedDeployment {
  readonly client: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** What a program needs to take the world for AWS. */
  readonly environment: NodeJS.ProcessEnv;
  /** Creates a cluster and waits until its run has succeeded. */
  create(spec: ClusterDocument): Promise<void>;
  /** Runs the command against the deployment. */
  kubestep(...words: readonly string[]): Promise<Ended>;
  close(): Promise<void>;
}

export interface ClusterDocument {
  readonly metadata: { readonly name: string };
}

export async function aServedDeployment(): Promise<ServedDeployment> {
  const clock = createWatchedClock({ speed, startsAt: Date.UTC(2026, 10, 23) });
  const load = (source: string) => import(pathToFileURL(join(process.cwd(), `${source}.ts`)).href);
  const embedded = createWorld({ clock, seed: 7, load });
  await deployStack(embedded, await packageTemplate(process.cwd()));
  const credentials = newAccessKey();
  const { endpoint, close } = await serveWorld(embedded, { key: credentials });
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: embedded.world.region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    KUBESTEP_ENDPOINT: endpoint,
  };
  return {
    client: { region: embedded.world.region, endpoint, credentials },
    environment,
    async create(spec) {
      const principal = administratorOf(embedded.world);
      const path = `/clusters/${spec.metadata.name}`;
      const answer = await embedded.request({ principal, method: 'PUT', path, body: JSON.stringify(spec) });
      if (answer.status !== 200) throw new Error(`PUT ${path} was answered ${answer.status}: ${answer.body}`);
      const { status, cause } = await embedded.engine.whenEnded(JSON.parse(answer.body).executionArn);
      if (status !== 'SUCCEEDED') throw new Error(`The creation of ${spec.metadata.name} ended as ${status}: ${cause}`);
    },
    kubestep: (...words) => ran(process.execPath, ['cli/kubestep.mjs', ...words], environment),
    async close() {
      await close();
      await clock.stop();
    },
  };
}
