import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Tools } from './tools.ts';

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly text: string;
}

const megabyte = 1024 * 1024;

/** Runs a program to its end, without blocking a world that is served by this process. */
export const ran = (program: string, words: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const options = { env: environment, maxBuffer: 256 * megabyte };
    execFile(program, words, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, text: code === 0 || stderr === '' ? stdout : stdout + stderr });
      else reject(error);
    });
  });

/** Terraform in one folder. */
export interface Terraform {
  /** Runs a subcommand; one that ends with another code than these is an error with all that it wrote. */
  run(words: readonly string[], codes?: readonly number[]): Promise<Ended>;
  /** What a plan would do. */
  plan(): Promise<TerraformPlan>;
}

/** Source: Terraform, "JSON Output Format"; only what is read here. */
export interface TerraformPlan {
  /** What -detailed-exitcode says: whether there is nothing to do. */
  readonly isEmpty: boolean;
  readonly resource_changes?: readonly ResourceChange[];
}

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly mode: 'managed' | 'data';
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
    /** By argument: true for what only the provider says, and only while it applies. */
    readonly after_unknown?: Readonly<Record<string, unknown>>;
    readonly importing?: { readonly id: string };
  };
}

export function terraformIn(folder: string, { terraform }: Tools, environment: NodeJS.ProcessEnv): Terraform {
  const quiet = { ...environment, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null' };
  const run: Terraform['run'] = async (words, codes = [0]) => {
    const ended = await ran(terraform, [`-chdir=${folder}`, ...words, '-no-color'], quiet);
    if (codes.includes(ended.code)) return ended;
    throw new Error(`terraform ${words.join(' ')} ended with ${ended.code}:\n${ended.text}`);
  };
  return {
    run,
    async plan() {
      const file = join(folder, 'plan.bin');
      const { code } = await run(['plan', '-input=false', '-detailed-exitcode', `-out=${file}`], [0, 2]);
      // Options of show come before its file.
      const { text } = await ran(terraform, [`-chdir=${folder}`, 'show', '-json', file], quiet);
      return { ...(JSON.parse(text) as Omit<TerraformPlan, 'isEmpty'>), isEmpty: code === 0 };
    },
  };
}
