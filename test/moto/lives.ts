import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CountedCall } from './calls.ts';
import type { Account } from './inventory/resource.ts';

/** One process's part of a cluster's life (life.ts). */
export interface Life {
  /** The environment's account, a moto server. */
  readonly account: Account;
  /** Where the process keeps what it needs to continue. */
  readonly folder: string;
  readonly operation: 'create' | 'delete';
}

/** What a process reports at its end. */
export interface Outcome {
  readonly calls: readonly CountedCall[];
  /** Writes to the cluster's own resources. */
  readonly writes: number;
}

/** Runs one process of a cluster's life to its end. */
export async function live(life: Life): Promise<Outcome> {
  const { status, result } = await run(life);
  if (status !== 0) throw new Error(`${life.operation} ended with ${status}`);
  return JSON.parse(result);
}

/** Kills a process of a cluster's life at its write of this number. Returns the write's name. */
export async function liveUntil(life: Life, write: number): Promise<string> {
  const { status, result } = await run(life, [String(write)]);
  if (status !== 'SIGKILL')
    throw new Error(`${life.operation} ended with ${status} instead of dying at write ${write}`);
  return result;
}

async function run({ account, folder, operation }: Life, further: readonly string[] = []) {
  const resultFile = join(folder, `${operation}.result`);
  const { accessKeyId, secretAccessKey } = account.credentials;
  const life = spawn(
    process.execPath,
    [
      '--import',
      './resources/sources.mjs',
      'test/moto/life.ts',
      join(folder, 'world'),
      operation,
      resultFile,
      ...further,
    ],
    {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: account.endpoint,
        AWS_REGION: account.region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
      stdio: 'inherit',
    },
  );
  const status = await new Promise<number | string | null>((resolve, reject) => {
    life.once('error', reject);
    life.once('exit', (code, signal) => resolve(code ?? signal));
  });
  return { status, result: readFileSync(resultFile, 'utf8') };
}
