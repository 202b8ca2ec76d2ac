import { ended, succeed } from '../machine/command.ts';

/** What a command needs besides its words. */
export interface CommandOptions {
  /** What it reads. */
  readonly input?: string;
  /** Whether its failure is none: what it removes may be gone already. */
  readonly mayFail?: boolean;
}

/** Runs a command of the host and gives back what it wrote; a failure says which command it was and why. */
export async function runCommand(
  words: readonly string[],
  { input = '', mayFail = false }: CommandOptions = {},
): Promise<string> {
  const [program = '', ...parameters] = words;
  if (mayFail) return (await ended(program, parameters, { input })).standardOutput;
  return succeed(program, parameters, { input });
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
