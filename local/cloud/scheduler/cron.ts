import { AwsError, NotModelled } from '../errors.ts';
import { momentOf, wallTimeAt } from './localTime.ts';

/** A cron expression of AWS: minutes, hours, day of month, month, day of week, year. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  readonly isDay: (date: CalendarDay) => boolean;
}

interface CalendarDay {
  readonly day: number;
  readonly lastDay: number;
  /** 1 is Sunday. */
  readonly weekday: number;
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Ten years hold every pattern: the rarest day, 29 February, is at most eight years away. */
const patienceDays = 3660;
const dayMilliseconds = 86_400_000;

/** Parses what is inside `cron(…)` (source: EventBridge Scheduler user guide, "Cron-based schedules"). */
export function parseCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  const [minutes = '', hours = '', daysOfMonth = '', months = '', daysOfWeek = '', years = ''] = fields;
  if (fields.length !== 6 || (daysOfMonth === '?') === (daysOfWeek === '?')) throw invalid(text);
  return {
    minutes: parseField(text, minutes, 0, 59),
    hours: parseField(text, hours, 0, 23),
    months: parseField(text, months, 1, 12, monthNames),
    years: parseField(text, years, 1970, 2199),
    isDay: daysOfWeek === '?' ? parseDaysOfMonth(text, daysOfMonth) : parseDaysOfWeek(text, daysOfWeek),
  };
}

/** The first moment after `after` at which the expression is due; undefined when it never is again. */
export function nextTime(cron: Cron, after: number, timeZone: string): number | undefined {
  const from = wallTimeAt(after, timeZone);
  const firstDay = Date.UTC(from.year, from.month - 1, from.day);
  const minutesOfDay = [...cron.hours].flatMap((hour) => [...cron.minutes].map((minute) => ({ hour, minute })));
  minutesOfDay.sort((one, other) => one.hour - other.hour || one.minute - other.minute);

  for (let ahead = 0; ahead < patienceDays; ahead += 1) {
    const date = new Date(firstDay + ahead * dayMilliseconds);
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
    if (!cron.years.has(year) || !cron.months.has(month)) continue;
    if (!cron.isDay({ day, lastDay, weekday: date.getUTCDay() + 1 })) continue;
    for (const time of minutesOfDay) {
      const moment = momentOf({ year, month, day, ...time, second: 0 }, timeZone);
      if (moment !== undefined && moment > after) return moment;
    }
  }
  return undefined;
}

function parseDaysOfMonth(text: string, field: string): Cron['isDay'] {
  if (field === 'L') return ({ day, lastDay }) => day === lastDay;
  if (field.includes('W')) throw new NotModelled('scheduler', 'cron', field);
  const days = parseField(text, field, 1, 31);
  return ({ day }) => days.has(day);
}

function parseDaysOfWeek(text: string, field: string): Cron['isDay'] {
  const last = /^([1-7])L$/.exec(field)?.[1];
  if (last !== undefined) {
    return ({ day, lastDay, weekday }) => weekday === Number(last) && day > lastDay - 7;
  }
  const nth = /^(\w+)#([1-5])$/.exec(field);
  if (nth) {
    const [wanted] = parseField(text, nth[1] ?? '', 1, 7, dayNames);
    return ({ day, weekday }) => weekday === wanted && Math.ceil(day / 7) === Number(nth[2]);
  }
  const days = parseField(text, field, 1, 7, dayNames);
  return ({ weekday }) => days.has(weekday);
}

/** Lists, ranges, steps and names; `*` is all. */
function parseField(
  text: string,
  field: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const [from = '', to] = range === '*' ? [String(least), String(most)] : range.split('-');
    const numberOf = (value: string) => {
      const named = names.indexOf(value.toUpperCase());
      const number = named < 0 ? Number(value) : named + 1;
      if (value === '' || !Number.isInteger(number) || number < least || number > most) throw invalid(text);
      return number;
    };
    const first = numberOf(from);
    const openEnd = part.includes('/') ? most : first;
    const last = to === undefined ? openEnd : numberOf(to);
    if (!(Number(step) >= 1) || first > last) throw invalid(text);
    for (let value = first; value <= last; value += Number(step)) values.add(value);
  }
  return values;
}

function invalid(text: string): AwsError {
  return new AwsError('ValidationException', `Invalid Schedule Expression cron(${text}).`);
}
