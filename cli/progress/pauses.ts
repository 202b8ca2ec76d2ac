import type { RunView } from '../../shared/operations/runView.ts';

/** How much of the time between two moments the run was at work: it had not ended, waiting for somebody to resume it. */
export const timeAtWork = (from: number, until: number, { pauses = [] }: RunView): number =>
  until - from - pauses.reduce((sum, pause) => sum + overlap(from, until, pause.from, pause.until), 0);

/** How long the run waited for somebody to resume it, in milliseconds. */
export const pausedMilliseconds = ({ pauses = [] }: RunView): number =>
  pauses.reduce((sum, pause) => sum + Date.parse(pause.until) - Date.parse(pause.from), 0);

const overlap = (from: number, until: number, pausedFrom: string, pausedUntil: string): number =>
  Math.max(0, Math.min(until, Date.parse(pausedUntil)) - Math.max(from, Date.parse(pausedFrom)));
