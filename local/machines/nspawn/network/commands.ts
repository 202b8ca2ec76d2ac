import { spawn } from 'node:child_process';

/** What a command needs besides its words. */
export interface CommandOptions {
  /** What it reads. */
  readonly input?: string;
  /** Whether its failure is none: what it removes may be gone already. */
  readonly mayFail?: boolean;
}

/** Runs a command of the host and gives back what it wrote; a failure says which command it was and why. */
export function runCommand(
  words: readonly string[],
  { input = '', mayFail = false }: CommandOptions = {},
): Promise<string> {
  const [command = '', ...parameters] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters);
    const written: Buffer[] = [];
    const complaints: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => written.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
    child.stdin.on('error', () => {}); // A command that ends before it has read all says why by its exit code.
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 || mayFail) resolve(Buffer.concat(written).toString());
      else reject(new Error(`${words.join(' ')} ended with ${code}: ${Buffer.concat(complaints).toString().trim()}`));
    });
    child.stdin.end(input);
  });
}

/** Runs lines of `ip` inside a namespace, all by one process; the first that fails ends it, unless it may. */
export async function runBatch(
  namespace: string,
  lines: readonly string[],
  options: { mayFail?: boolean } = {},
): Promise<void> {
  if (lines.length === 0) return;
  const force = options.mayFail ? ['-force'] : [];
  await runCommand(['ip', '-n', namespace, ...force, '-batch', '-'], { ...options, input: `${lines.join('\n')}\n` });
}

/** What `ip` shows of a namespace, as JSON. */
export async function showOf<Shown>(namespace: string, words: readonly string[]): Promise<readonly Shown[]> {
  const text = await runCommand(['ip', '-n', namespace, '-json', ...words]);
  return text.trim() === '' ? [] : JSON.parse(text);
}
