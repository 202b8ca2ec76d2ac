/** `9 s`, `4 min 52 s`, `2 h 05 min`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** `940 B`, `12.3 KB`. */
export const bytesText = (bytes: number): string => (bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} KB`);

/** `1 machine`, `3 machines`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `2026-11-23 02:30 UTC` */
export const timeText = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

/** Text from machines and services as one line that cannot steer a terminal. */
export const oneLine = (text: string): string => text.replace(/[^\x20-\x7e\u00a0-\u{10ffff}]+/gu, ' ').trim();

/** The text as one word of a command line that a person copies into a shell. */
export const shellWord = (text: string): string =>
  /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Cut to a width, with a sign that there was more. */
export const cut = (text: string, width: number): string =>
  [...text].length <= width ? text : `${[...text].slice(0, Math.max(0, width - 1)).join('')}…`;

/** Rows in columns, the first row as the heading. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
      .join('  ')
      .trimEnd(),
  );
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
