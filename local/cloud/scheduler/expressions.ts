import { AwsError } from '../errors.ts';
import { nextTime, parseCron } from './cron.ts';
import { isTimeZone, momentOf } from './localTime.ts';

/** When a schedule fires: the first time after a moment, or never again. */
export type NextTime = (after: number) => number | undefined;

const unitMilliseconds: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Parses `cron(…)`, `rate(…)` and `at(…)`. Rates count from `startsAt`. */
export function parseExpression(expression: string, timeZone: string, startsAt: number): NextTime {
  if (!isTimeZone(timeZone))
    throw new AwsError('ValidationException', `Invalid ScheduleExpressionTimezone ${timeZone}.`);
  const [, kind, text = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'cron') {
    const cron = parseCron(text);
    return (after) => nextTime(cron, after, timeZone);
  }
  if (kind === 'rate') {
    const interval = intervalOf(expression, text);
    return (after) => startsAt + Math.max(0, Math.floor((after - startsAt) / interval) + 1) * interval;
  }
  if (kind === 'at') {
    const at = momentIn(expression, text, timeZone);
    return (after) => (at > after ? at : undefined);
  }
  throw invalid(expression);
}

/** Whether a schedule of this expression fires once only. */
export function firesOnce(expression: string): boolean {
  return expression.startsWith('at(');
}

function intervalOf(expression: string, text: string): number {
  const [, value = '', unit = '', plural = ''] = /^(\d+) (minute|hour|day)(s?)$/.exec(text) ?? [];
  const count = Number(value);
  // AWS insists on grammar: 1 minute, 2 minutes.
  if (!(count > 0) || (count === 1) !== (plural === '')) throw invalid(expression);
  return count * (unitMilliseconds[unit] ?? 0);
}

function momentIn(expression: string, text: string, timeZone: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(text);
  if (!match) throw invalid(expression);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const moment = momentOf({ year, month, day, hour, minute, second }, timeZone);
  if (moment === undefined) throw invalid(expression);
  return moment;
}

function invalid(expression: string): AwsError {
  return new AwsError('ValidationException', `Invalid Schedule Expression ${expression}.`);
}
