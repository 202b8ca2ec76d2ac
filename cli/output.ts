import { createInterface } from 'node:readline';
import { CommandFailure, exitCodes, usageError } from './exitCodes.ts';

/** Where a command writes. */
export interface Output {
  line(text?: string): void;
  error(text: string): void;
  /** Raw text, for pictures that are drawn over. */
  write(text: string): void;
  /** Asks the person at the keyboard; missing where there is none. */
  readonly question?: (text: string) => Promise<string>;
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** The process's own streams. What is not for a person's eyes (pipes, CI) gets plain lines. */
export function processOutput(): Output {
  const { stdout, stderr } = process;
  // A reader like `head` may leave early; what was asked for is done all the same.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const hasPerson = process.stdin.isTTY === true && stdout.isTTY === true;
  return {
    ...(hasPerson && { question: ask }),
    line: (text = '') => void stdout.write(`${text}\n`),
    error: (text) => void stderr.write(`${text}\n`),
    write: (text) => void stdout.write(text),
    isTerminal: stdout.isTTY === true && process.env.TERM !== 'dumb',
    get columns() {
      return stdout.columns ?? 120;
    },
    get rows() {
      return stdout.rows ?? 40;
    },
  };
}

/** What a person answers; who ends the input or interrupts is answered that nothing was done. */
export function ask(
  text: string,
  input: NodeJS.ReadableStream = process.stdin,
  output = process.stdout,
): Promise<string> {
  const keyboard = createInterface({ input, output });
  return new Promise<string>((answered, refused) => {
    keyboard.once('SIGINT', () => refused(new CommandFailure(exitCodes.interrupted, 'Interrupted; nothing was done.')));
    keyboard.once('close', () => refused(usageError('There was no answer, so nothing was done.')));
    keyboard.question(text, answered);
  }).finally(() => keyboard.close());
}
