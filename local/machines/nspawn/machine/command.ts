import { spawn } from 'node:child_process';

/** How a program ended. */
export interface Ended {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly standardOutput: string;
  readonly standardError: string;
}

export interface CommandOptions {
  readonly input?: string;
  readonly timeoutSeconds?: number;
  /** What is kept of each output; the rest is thrown away. */
  readonly outputLimit?: number;
}

/** What a program says that has nothing special to say. */
const usualOutputLimit = 16 * 1024 * 1024;

/** Runs a program to its end; failing is an answer too. */
export function ended(program: string, parameters: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const limit = options.outputLimit ?? usualOutputLimit;
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      stdio: 'pipe',
      ...(options.timeoutSeconds === undefined
        ? {}
        : { timeout: options.timeoutSeconds * 1000, killSignal: 'SIGKILL' as const }),
    });
    const [output, errors] = [collect(child.stdout, limit), collect(child.stderr, limit)];
    child.on('error', reject);
    child.on('close', (exitCode) =>
      resolve({
        exitCode: exitCode ?? undefined,
        standardOutput: output(),
        standardError: errors(),
      }),
    );
    // A program may end without having read what it was given.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a program that must succeed, and returns what it printed. */
export async function succeed(
  program: string,
  parameters: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { exitCode, standardOutput, standardError } = await ended(program, parameters, options);
  if (exitCode !== 0) {
    const complaint = standardError.trim().split('\n').slice(-5).join('\n');
    throw new Error(`${[program, ...parameters].join(' ')} ended with ${exitCode ?? 'a signal'}: ${complaint}`);
  }
  return standardOutput;
}

/** Does the work while no other process holds the lock; the kernel frees it when this process dies. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    holder.once('error', reject);
    holder.once('exit', () => reject(new Error(`${path} cannot be locked.`)));
    holder.stdout.once('data', () => resolve());
  });
  try {
    return await work();
  } finally {
    holder.stdin.end();
  }
}

function collect(stream: NodeJS.ReadableStream, limit: number): () => string {
  const parts: Buffer[] = [];
  let length = 0;
  stream.on('data', (part: Buffer) => {
    if (length < limit) parts.push(part.subarray(0, limit - length));
    length += part.length;
  });
  return () => Buffer.concat(parts).toString('utf8');
}
