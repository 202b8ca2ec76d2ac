import { parseExpression } from '../../../../local/cloud/scheduler/expressions.ts';

const from = Date.UTC(2026, 10, 23, 0, 0, 0); // a Monday

/** The next three times as text. */
function times(expression: string, timeZone = 'UTC', startsAt = from): string[] {
  const next = parseExpression(expression, timeZone, startsAt);
  const found: string[] = [];
  for (let time = next(from); time !== undefined && found.length < 3; time = next(time)) {
    found.push(new Date(time).toISOString().slice(0, 16));
  }
  return found;
}

test.each<[string, string, string[]]>([
  ['cron(0 3 * * ? *)', 'UTC', ['2026-11-23T03:00', '2026-11-24T03:00', '2026-11-25T03:00']],
  ['cron(0 3 ? * SUN *)', 'UTC', ['2026-11-29T03:00', '2026-12-06T03:00', '2026-12-13T03:00']],
  ['cron(0/20 1-2 ? * MON-FRI 2026)', 'UTC', ['2026-11-23T01:00', '2026-11-23T01:20', '2026-11-23T01:40']],
  ['cron(0 0 L * ? *)', 'UTC', ['2026-11-30T00:00', '2026-12-31T00:00', '2027-01-31T00:00']],
  ['cron(0 0 ? * 3#2 *)', 'UTC', ['2026-12-08T00:00', '2027-01-12T00:00', '2027-02-09T00:00']],
  ['cron(0 0 ? * 6L *)', 'UTC', ['2026-11-27T00:00', '2026-12-25T00:00', '2027-01-29T00:00']],
  ['cron(0 0 29 2 ? *)', 'UTC', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
  ['cron(0 0 1 JAN,JUL ? 2027)', 'UTC', ['2027-01-01T00:00', '2027-07-01T00:00']],
  ['cron(0 3 * * ? *)', 'Europe/Berlin', ['2026-11-23T02:00', '2026-11-24T02:00', '2026-11-25T02:00']],
  // The clocks go forward on 28 March 2027 in Berlin: half past two does not exist.
  ['cron(30 2 27-29 3 ? 2027)', 'Europe/Berlin', ['2027-03-27T01:30', '2027-03-29T00:30']],
  ['rate(1 hour)', 'UTC', ['2026-11-23T01:00', '2026-11-23T02:00', '2026-11-23T03:00']],
  ['rate(2 days)', 'UTC', ['2026-11-25T00:00', '2026-11-27T00:00', '2026-11-29T00:00']],
  ['at(2026-12-01T12:00:00)', 'America/New_York', ['2026-12-01T17:00']],
  ['at(2026-11-01T12:00:00)', 'UTC', []],
])('%s in %s is due at %j', (expression, timeZone, expected) => {
  expect(times(expression, timeZone)).toEqual(expected);
});

test.each([
  'cron(0 3 * * * *)',
  'cron(0 3 * * ?)',
  'cron(60 3 * * ? *)',
  'rate(1 hours)',
  'rate(0 minutes)',
  'at(noon)',
  'daily',
])('AWS refuses %s', (expression) => {
  expect(() => times(expression)).toThrow('Invalid Schedule Expression');
});

test('an unknown time zone is refused', () => {
  expect(() => times('rate(1 hour)', 'Mars/Olympus')).toThrow('ScheduleExpressionTimezone');
});
