import { type ApiVerdict, problemsOf, type Requests, tableOf, type Verdict } from './load/verdict.ts';

const requests: Requests = {
  succeeded: 1000,
  failed: 0,
  failures: [],
  slowestMilliseconds: 20,
  longestGapMilliseconds: 70,
  longestGapBeganMilliseconds: 1500,
};
const broken: Requests = {
  ...requests,
  failed: 1,
  failures: [{ atMilliseconds: 2500, tookMilliseconds: 3, what: 'create load-7', error: 'connection reset by peer' }],
};
const watch = { missed: [], relists: 0, watches: 1 };
const raw = { requests: 3000, connections: 21, resets: 0, refused: 0, goAways: 3 };
const api: ApiVerdict = {
  seconds: 60,
  writes: requests,
  reads: requests,
  calls: requests,
  watches: [watch],
  lost: [],
  raw: { ...raw, tooManyRequests: 2, serverErrors: 0, broken: 0 },
};
const probes = { ...requests, answered: { 'steady-1': 1000 } };
const verdict = (changes: Partial<ApiVerdict> = {}, from: Partial<typeof probes> = {}): Verdict => ({
  api: { ...api, ...changes },
  probes: { 'i-1': { ...probes, ...from } },
});

test('a verdict on a change of which nobody noticed anything has no problem, whatever was retried', () => {
  expect(problemsOf(verdict())).toEqual([]);
});

test.each<[what: string, Verdict]>([
  ['1 acknowledged writes lost: load-7', verdict({ lost: ['load-7'] })],
  ['1 writes failed: after 2.5 s connection reset by peer', verdict({ writes: broken })],
  ['1 reads failed: after 2.5 s connection reset by peer', verdict({ reads: broken })],
  ['1 calls failed: after 2.5 s connection reset by peer', verdict({ calls: broken })],
  ['watch 0 missed 1 acknowledged writes: load-7', verdict({ watches: [{ ...watch, missed: ['load-7'] }] })],
  ['1 probes from i-1 failed: after 2.5 s connection reset by peer', verdict({}, broken)],
  [
    'only 10 writes succeeded; a load of fewer than 300 judges nothing',
    verdict({ writes: { ...requests, succeeded: 10 } }),
  ],
  ['only 10 probes from i-1 succeeded; a load of fewer than 120 judges nothing', verdict({}, { succeeded: 10 })],
])('a verdict on a change names its problem: %s', (problem, { api: judged, probes: probed }) => {
  expect(problemsOf({ api: judged, probes: probed })).toEqual([problem]);
});

test('a verdict on a change prints everything that was counted', () => {
  const table = tableOf(verdict({ raw: { ...api.raw, resets: 5 } }));
  expect(table).toContain('3000 attempts on 21 connections, 5 resets, 3 GOAWAY, 2 answers 429');
  expect(table).toMatch(/writes +1000 +0 +20 ms +70 ms +1\.5 s/);
});
