import { validateDefinition } from '../../../local/interpreter/definition/validate.ts';
import { functionArn } from './harness.ts';

/** As CloudFormation writes it. */
const placeholder = '$'.concat('{CreateVpc}');

const valid = {
  QueryLanguage: 'JSONata',
  StartAt: 'Work',
  States: {
    Work: { Type: 'Task', Resource: functionArn, Next: 'Done' },
    Done: { Type: 'Succeed' },
  } as Record<string, Record<string, unknown>>,
};

/** The diagnostics of the valid definition with one state replaced. */
function diagnosticsOf(state: Record<string, unknown>, machine: Record<string, unknown> = {}) {
  return validateDefinition(JSON.stringify({ ...valid, ...machine, States: { ...valid.States, Work: state } }));
}

test('a definition without faults has no diagnostics, placeholders for functions included', () => {
  expect(validateDefinition(JSON.stringify(valid))).toEqual([]);
  expect(diagnosticsOf({ ...valid.States.Work, Resource: placeholder })).toEqual([]);
});

const inEachState = {
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      QueryLanguage: 'JSONata',
      Branches: [{ StartAt: 'Work', States: { Work: { Type: 'Pass', QueryLanguage: 'JSONata', End: true } } }],
      End: true,
    },
  },
};

test('a definition may say JSONata in each of its states instead of once', () => {
  expect(validateDefinition(JSON.stringify(inEachState))).toEqual([]);
});

test('a state within another does not take JSONata from it', () => {
  const inOuterState = JSON.stringify(inEachState).replace('"Pass","QueryLanguage":"JSONata"', '"Pass"');
  expect(validateDefinition(inOuterState)).toEqual([expect.objectContaining({ location: '/QueryLanguage' })]);
});

test.each([
  ['', 'Definition must be a valid JSON object', '/'],
  ['[]', 'Definition must be a valid JSON object', '/'],
  ['{}', 'These fields are required: [StartAt, States]', '/'],
])('%j is no definition', (text, message, location) => {
  expect(validateDefinition(text)).toContainEqual(expect.objectContaining({ message, location }));
});

test.each<[string, Record<string, unknown>, string, string]>([
  [
    'a Next that leads nowhere',
    { Type: 'Pass', Next: 'Nowhere' },
    '/States/Work/Next',
    "Missing 'Next' target: Nowhere",
  ],
  ['neither Next nor End', { Type: 'Pass' }, '/States/Work', '[Next, End]'],
  ['both Next and End', { Type: 'Pass', Next: 'Done', End: true }, '/States/Work', '[Next, End]'],
  ['an unknown type', { Type: 'Loop', Next: 'Done' }, '/States/Work/Type', 'Type must be one of'],
  ['an unknown field', { Type: 'Pass', Nxt: 'Done', Next: 'Done' }, '/States/Work/Nxt', 'not supported'],
  [
    'a JSONPath field',
    { Type: 'Pass', ResultPath: '$.x', Next: 'Done' },
    '/States/Work/ResultPath',
    'in JSONata use Output',
  ],
  [
    'a state in JSONPath',
    { Type: 'Pass', QueryLanguage: 'JSONPath', Next: 'Done' },
    '/States/Work',
    "can not be 'JSONPath'",
  ],
  [
    'a wrong expression',
    { Type: 'Pass', Output: { a: ['{% $x + %}'] }, Next: 'Done' },
    '/States/Work/Output/a[0]',
    'is not valid',
  ],
  [
    'an expression that only begins',
    { Type: 'Pass', Output: '{% $x', Next: 'Done' },
    '/States/Work/Output',
    'begins or ends',
  ],
  [
    'a placeholder in an expression',
    { Type: 'Pass', Output: `{% "${placeholder}" %}`, Next: 'Done' },
    '/States/Work/Output',
    'placeholder',
  ],
  [
    'an unknown resource',
    { Type: 'Task', Resource: 'https://example.org', Next: 'Done' },
    '/States/Work/Resource',
    'neither a Lambda',
  ],
  ['a Task without Resource', { Type: 'Task', Next: 'Done' }, '/States/Work', '[Resource]'],
  ['a Wait for nothing', { Type: 'Wait', Next: 'Done' }, '/States/Work', '[Seconds, Timestamp]'],
  [
    'a Catch that leads nowhere',
    { ...valid.States.Work, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Nobody' }] },
    '/States/Work/Catch[0]/Next',
    'Nobody',
  ],
  ['a Retrier without errors', { ...valid.States.Work, Retry: [{}] }, '/States/Work/Retry[0]', '[ErrorEquals]'],
  [
    'a heartbeat beyond the time-out',
    { ...valid.States.Work, TimeoutSeconds: 5, HeartbeatSeconds: 9 },
    '/States/Work/HeartbeatSeconds',
    'smaller',
  ],
  [
    'a fault within a branch',
    { Type: 'Parallel', Branches: [{ StartAt: 'X', States: { X: { Type: 'Pass', Next: 'Done' } } }], Next: 'Done' },
    '/States/Work/Branches[0]/States/X/Next',
    "Missing 'Next' target: Done",
  ],
  [
    'a tolerance without distribution',
    {
      Type: 'Map',
      ToleratedFailureCount: 1,
      ItemProcessor: { StartAt: 'X', States: { X: { Type: 'Succeed' } } },
      Next: 'Done',
    },
    '/States/Work/ToleratedFailureCount',
    'DISTRIBUTED',
  ],
])('%s is named', (_fault, state, location, message) => {
  expect(diagnosticsOf(state)).toContainEqual(
    expect.objectContaining({ severity: 'ERROR', location, message: expect.stringContaining(message) }),
  );
});

test('a machine in JSONPath is refused with the way out', () => {
  const { QueryLanguage, ...jsonPath } = valid;
  expect(validateDefinition(JSON.stringify(jsonPath))).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining('"QueryLanguage": "JSONata"') }),
  );
});

test('a state that nothing leads to is named', () => {
  expect(diagnosticsOf({ Type: 'Succeed' })).toContainEqual(
    expect.objectContaining({ message: 'State "Done" is not reachable.', location: '/States/Done' }),
  );
});

test('all faults are reported at once', () => {
  expect(diagnosticsOf({ Type: 'Pass', InputPath: '$', Next: 'Nowhere' }).length).toBeGreaterThanOrEqual(2);
});
