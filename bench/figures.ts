import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Replaces what is between the marks of this part, or adds it at the page's end; the rest of the page is written by people. */
export function writeFigures(part: string, figures: string, page = 'docs/figures.md'): void {
  const [begin, end] = [`<!-- ${part}: begin -->`, `<!-- ${part}: end -->`];
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '# Figures\n';
  const kept = `${begin}\n${new Date(performance.timeOrigin).toISOString().slice(0, 10)}, ${figures}\n${end}`;
  const [head, tail] = [before.indexOf(begin), before.indexOf(end)];
  const after =
    head < 0 || tail < 0 ? `${before}\n${kept}\n` : before.slice(0, head) + kept + before.slice(tail + end.length);
  writeFileSync(page, after);
}
