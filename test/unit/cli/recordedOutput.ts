import type { Output } from '../../../cli/output.ts';

/** An output that remembers, as a pipe or as a terminal of a size. */
export function recordedOutput(terminal?: { readonly columns: number; readonly rows: number }) {
  const lines: string[] = [];
  const errors: string[] = [];
  const written: string[] = [];
  const output: Output = {
    line: (text = '') => void lines.push(text),
    error: (text) => void errors.push(text),
    write: (text) => void written.push(text),
    isTerminal: terminal !== undefined,
    columns: terminal?.columns ?? 120,
    rows: terminal?.rows ?? 40,
  };
  return { output, lines, errors, written };
}
