/** A wall clock's reading: months from 1, days of the week from 1 (Sunday), as cron counts them. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the name is a time zone's (IANA). */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What a clock on the wall shows there at this moment. */
export function wallTimeAt(time: number, timeZone: string): WallTime {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(time)
      .map((part) => [part.type, Number(part.value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

/** The first moment at which the wall shows this; undefined where daylight saving leaps over it. */
export function momentOf(wall: WallTime, timeZone: string): number | undefined {
  const asUtc = utcOf(wall);
  const candidates = [-1, 1].map((side) => asUtc - offsetAt(asUtc + side * 86_400_000, timeZone));
  return candidates.toSorted((one, other) => one - other).find((time) => utcOf(wallTimeAt(time, timeZone)) === asUtc);
}

function offsetAt(time: number, timeZone: string): number {
  return utcOf(wallTimeAt(time, timeZone)) - Math.floor(time / 1000) * 1000;
}

function utcOf({ year, month, day, hour, minute, second }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}
