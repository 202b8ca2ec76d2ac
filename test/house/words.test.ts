import { sources, withoutComments } from './sources.ts';

/** Words that code may not use, what to use instead, and the files that are the substitute. */
interface Forbidden {
  readonly what: string;
  readonly pattern: RegExp;
  readonly instead: string;
  readonly allowed: readonly string[];
}

/** The doors to real time and real chance; everything else asks them. */
const forbidden: readonly Forbidden[] = [
  {
    what: 'the machine’s time',
    pattern: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bprocess\.hrtime\b/,
    instead: 'clock.now() in local, now() of shared/environment.ts in functions and shared',
    // A bench measures real time.
    allowed: ['shared/environment.ts', 'local/clock/', 'cli/time.ts', 'bench/'],
  },
  {
    what: 'the machine’s timers',
    pattern: /(?<!jest\.)\b(setTimeout|setInterval)\b|node:timers/,
    instead: 'clock.sleep() in local; in functions a state’s Retry waits',
    allowed: ['local/clock/', 'cli/time.ts', 'local/machines/nspawn/', 'local/world/worldFolder.ts'], // a process that ends is waited for
  },
  {
    what: 'giving way to the event loop',
    pattern: /\bsetImmediate\b/,
    instead: 'clock.sleep(0)',
    allowed: ['local/clock/', 'local/world/journal.ts'], // the journal gathers one fsync for all that happened at once
  },
  {
    what: 'chance without a seed',
    pattern: /\bMath\.random\b|\brandomUUID\b|\bcrypto\.getRandomValues\b/,
    instead: 'world.random in local, randomBytes() of shared/environment.ts in functions and shared',
    allowed: [],
  },
  {
    what: 'random bytes of the machine',
    pattern: /import[^;]*\brandomBytes\b[^;]*from 'node:crypto'/,
    instead: 'world.random in local, randomBytes() of shared/environment.ts in functions and shared',
    // Key material must be unguessable and never enters a history, so it needs no seed.
    allowed: [
      'shared/environment.ts',
      'cli/commands/operation.ts', // names a request, once
      'local/cloud/kms/',
      'local/cloud/sts/sessions.ts',
      'local/machines/nspawn/metadata.ts',
    ],
  },
  {
    what: 'a type that allows everything',
    pattern: /[:<,|]\s*any\b(?!\()|\bas any\b|\bany\[\]/,
    instead: 'unknown and a check',
    allowed: ['local/cloud/operation.ts'], // each operation has its own input; the door parses before it calls
  },
  {
    what: 'silencing the compiler',
    pattern: /@ts-(ignore|nocheck|expect-error)|eslint-disable/,
    instead: 'code that the compiler understands',
    allowed: [],
  },
];

const running = sources.filter(({ path }) => !path.startsWith('test/'));

test.each(forbidden)('$what is used only where it belongs', ({ what, pattern, instead, allowed }) => {
  const found = running
    .filter(({ path }) => !allowed.some((place) => path.startsWith(place)))
    .filter(({ text }) => pattern.test(what === 'silencing the compiler' ? text : withoutComments(text)))
    .map(({ path }) => `${path}: use ${instead}`);
  expect(found).toEqual([]);
});

test('every file that is allowed to use a forbidden word still does', () => {
  for (const { what, pattern, allowed } of forbidden) {
    const users = running.filter(({ text }) => pattern.test(text));
    const idle = allowed.filter((place) => !users.some(({ path }) => path.startsWith(place)));
    expect([what, idle]).toEqual([what, []]);
  }
});

test('no assertion says that something is there without looking', () => {
  const nonNull = /[\w)\]]!(?=[.;,)\]\s[])(?!=)/;
  const found = running.flatMap(({ path, text }) =>
    withoutComments(text)
      .replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/(?:[^/\\\n]|\\.)+\/[a-z]*/g, '""')
      .split('\n')
      .flatMap((line, index) => (nonNull.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});

test('where a rule of the linter is suppressed, the reason is given', () => {
  const unexplained = /biome-ignore [\w/]+(?![\w/]|: \w+ \w+)/;
  expect(sources.filter(({ text }) => unexplained.test(text)).map(({ path }) => path)).toEqual([]);
});

test('no code says that it will be done later', () => {
  const later = /\b(TODO|FIXME|XXX|HACK)\b/;
  const found = sources.filter(({ path, text }) => later.test(text) && path !== 'test/house/words.test.ts');
  expect(found.map(({ path }) => path)).toEqual([]);
});

test('exports have names of their own', () => {
  const found = running.filter(({ path, text }) => path.endsWith('.ts') && /^export default\b/m.test(text));
  expect(found.map(({ path }) => path)).toEqual([]);
});
