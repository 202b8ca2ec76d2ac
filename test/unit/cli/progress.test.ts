import { pictureOf } from '../../../cli/progress/picture.ts';
import { rowsOf } from '../../../cli/progress/rows.ts';
import { measuredPath } from '../../../cli/summary/criticalPath.ts';
import { timeLines } from '../../../cli/summary/runSummary.ts';
import { columns, cut, durationText, oneLine } from '../../../cli/words.ts';
import type { RunView } from '../../../shared/operations/runView.ts';
import { aRun, aState, at } from './aRun.ts';

const view = (...states: RunView['states']): RunView => ({ states, transitions: states.length, events: 0 });
const facts = { title: 'createCluster demo', reported: {}, usual: {}, footer: '  3 min' };
const now = Date.parse(at(100));

/** Two branches: network (a, then c) and keys (b); then a last state. */
const parallel = view(
  aState('Prepare', 0, 30, { type: 'Parallel', branch: 0 }),
  aState('A', 0, 10, { parent: 0, branch: 1 }),
  aState('B', 0, 20, { parent: 0, branch: 2 }),
  aState('C', 10, 30, { parent: 0, branch: 1 }),
  aState('Last', 30, 31, { branch: 0 }),
);

describe('the picture of a run', () => {
  test('shows states under the states around them, branch by branch', () => {
    expect(rowsOf(parallel, now).map(({ name, depth }) => `${depth} ${name}`)).toEqual([
      '0 Prepare',
      '1 A',
      '1 C',
      '1 B',
      '0 Last',
    ]);
  });

  test('counts ended items of a Map state together and shows the others alone', () => {
    const items = [0, 1, 2].map((item) => aState('Mirror', 0, 2, { parent: 0, branch: item + 1, item }));
    const running = aState('Mirror', 0, undefined, { parent: 0, branch: 4, item: 3 });
    const rows = rowsOf(view(aState('MirrorAll', 0, undefined), ...items, running), now);
    expect(rows.map(({ name, times }) => `${name} ${times}`)).toEqual(['MirrorAll 1', 'Mirror 3', 'Mirror 1']);
  });

  test('shows what a state waits for, and nothing once it has continued', () => {
    const failures = [{ error: 'NotReady', cause: 'NAT gateways are pending: us-east-1a', at: at(1) }];
    const [waiting] = rowsOf(view(aState('AwaitNatGateways', 0, undefined, { failures })), now);
    expect(waiting?.note).toBe('waits: NAT gateways are pending: us-east-1a');
    expect(rowsOf(view(aState('AwaitNatGateways', 0, 5, { failures })), now)[0]).toMatchObject({
      note: undefined,
      retries: 0,
    });
  });

  test('fits into the terminal, and what has ended gives way first', () => {
    const ended = Array.from({ length: 60 }, (_, number) => aState(`State${number}`, number, number + 1));
    const long = aState('Running', 60, undefined, {
      failures: [{ error: 'NotReady', cause: 'x'.repeat(500), at: at(61) }],
    });
    const lines = pictureOf(rowsOf(view(...ended, long), now), facts, { columns: 80, rows: 24 });
    expect(lines.length).toBeLessThan(24);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThan(80);
    expect(lines.some((line) => line.includes('Running'))).toBe(true);
  });

  test('cannot be steered by what a machine says', () => {
    const failures = [{ error: 'NotReady', cause: '\x1b[2Jgone\r\nnext', at: at(1) }];
    const lines = pictureOf(rowsOf(view(aState('LaunchEtcd', 0, undefined, { failures })), now), facts, {
      columns: 200,
      rows: 40,
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
    expect(lines.join('')).not.toMatch(/[\x00-\x1f]/);
  });
});

describe('the measured critical path', () => {
  test('follows the branch that ended last, state by state', () => {
    expect(measuredPath(parallel)).toEqual([
      { name: 'A', milliseconds: 10_000 },
      { name: 'C', milliseconds: 20_000 },
      { name: 'Last', milliseconds: 1000 },
    ]);
  });

  test('of a chain is the chain', () => {
    const chain = view(aState('One', 0, 1), aState('Two', 1, 5), aState('Three', 5, 6));
    expect(measuredPath(chain).map(({ name }) => name)).toEqual(['One', 'Two', 'Three']);
  });

  test('of a chain on a real clock is the chain too, though a moment lies between its states', () => {
    const chain = view(aState('One', 0, 1), aState('Two', 1.004, 5), aState('Three', 5.002, 6));
    expect(measuredPath(chain).map(({ name }) => name)).toEqual(['One', 'Two', 'Three']);
  });
});

describe('a run that somebody resumed hours later', () => {
  const resumed = {
    ...view(aState('CreateVpc', 0, 60), aState('AwaitLoadBalancer', 60, 16_260)),
    pauses: [{ from: at(120), until: at(16_200) }],
  };

  test('has taken its states no longer than they were at work', () => {
    expect(measuredPath(resumed)).toEqual([
      { name: 'CreateVpc', milliseconds: 60_000 },
      { name: 'AwaitLoadBalancer', milliseconds: 120_000 },
    ]);
    expect(rowsOf(resumed, now).map(({ milliseconds }) => milliseconds)).toEqual([60_000, 120_000]);
  });

  test('says how long it waited, beside its states', () => {
    const [line] = timeLines(aRun([], { view: resumed, endedAt: at(16_260) }));
    expect(line).toContain('4 h 31 min, of which 4 h 28 min until it was resumed');
    expect(line).toContain('CreateVpc 1 min 00 s → AwaitLoadBalancer 2 min 00 s; everything else 0 s');
  });
});

test.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [59_600, '1 min 00 s'],
  [292_000, '4 min 52 s'],
  [7_500_000, '2 h 05 min'],
])('%d ms are %s', (milliseconds, text) => expect(durationText(milliseconds)).toBe(text));

test('columns are aligned whatever they hold', () => {
  expect(
    columns([
      ['A', 'B'],
      ['long', 'x'],
      ['ü', 'y'],
    ]),
  ).toEqual(['A     B', 'long  x', 'ü     y']);
});

test('text is cut by characters and made one line', () => {
  expect(cut('abcdef', 4)).toBe('abc…');
  expect(oneLine('a\n\tb\x07')).toBe('a b');
});
