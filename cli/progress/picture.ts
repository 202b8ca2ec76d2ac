import type { StateView } from '../../shared/operations/runView.ts';
import { cut, durationText, oneLine } from '../words.ts';
import type { ProgressRow } from './rows.ts';

const marks: Readonly<Record<StateView['status'], string>> = {
  running: '●',
  succeeded: '✓',
  failed: '✗',
  aborted: '○',
};

/** What is known of the whole run beside its states. */
export interface PictureFacts {
  readonly title: string;
  /** What machines have reported, by the name of the state that waits for it. */
  readonly reported: Readonly<Record<string, string>>;
  /** What AWS takes for what a state waits for, by its name. */
  readonly usual: Readonly<Record<string, string>>;
  readonly footer: string;
}

/** The live tree, cut to a terminal of this size: what has ended gives way first. */
export function pictureOf(
  rows: readonly ProgressRow[],
  facts: PictureFacts,
  size: { readonly columns: number; readonly rows: number },
): string[] {
  const shown = folded(rows, size.rows - 4);
  const width = Math.max(...shown.map(({ name, depth }) => name.length + 2 * depth), 0);
  const lines = shown.map((row) => {
    const name = '  '.repeat(row.depth) + row.name;
    const time = durationText(row.milliseconds).padStart(12);
    return `  ${'  '.repeat(row.depth)}${marks[row.status]} ${name.trim().padEnd(width - 2 * row.depth)}${time}  ${remarkOf(row, facts)}`;
  });
  const hidden = rows.length - shown.length;
  const earlier = hidden > 0 ? [`  ✓ ${hidden} more that have ended`] : [];
  return [facts.title, ...earlier, ...lines, facts.footer].map((line) => cut(line.trimEnd(), size.columns - 1));
}

/** What there is to say of a state beside its time. */
export function remarkOf(row: ProgressRow, { reported, usual }: Pick<PictureFacts, 'reported' | 'usual'>): string {
  const isRunning = row.status === 'running';
  const parts = [
    row.times > 1 ? `${row.times} items` : '',
    row.note === undefined ? '' : oneLine(row.note),
    isRunning && row.awaitsReport ? (reported[row.name] ?? '') : '',
    isRunning ? (usual[row.name] ?? '') : '',
    row.retries > 0 && row.status === 'succeeded'
      ? `after ${row.retries} failed ${row.retries === 1 ? 'try' : 'tries'}`
      : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Leaves out what is within an ended state, then the earliest that have ended. */
function folded(rows: readonly ProgressRow[], most: number): readonly ProgressRow[] {
  if (rows.length <= most) return rows;
  const kept: ProgressRow[] = [];
  let foldedDepth = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (row.depth > foldedDepth) continue;
    foldedDepth = row.status === 'succeeded' ? row.depth : Number.POSITIVE_INFINITY;
    kept.push(row);
  }
  let excess = kept.length - most;
  return kept.filter((row) => row.status !== 'succeeded' || excess-- <= 0);
}

/** The mark of a status, for plain lines. */
export const markOf = (status: StateView['status']): string => marks[status];
