import { differences } from './comparedOutput.ts';

describe('what a page shows', () => {
  const shown = [
    'Run  create-pg9j26pf: 74 state transitions',
    '  ✓ CreateVpc 1 s',
    '  ✓ CreateRoles 2 s',
    '',
    'demo is ready',
  ];

  test('may differ from what is printed in ids, times, the order of states, and what still runs', () => {
    const printed = [
      'Run create-aaaaaaaa: 76 state transitions',
      '  ● CreateVpc',
      '  ✓ CreateRoles 1 min 2 s',
      '  ✓ CreateVpc 3 s  after 1 failed try',
      'demo is ready',
    ];
    expect(differences(shown, printed)).toEqual([]);
  });

  test.each([
    ['a state that is missing', ['Run create-a', '  ✓ CreateVpc 1 s'], ['Run create-a']],
    ['a state that is new', ['Run create-a'], ['Run create-a', '  ✓ CreateVpc 1 s']],
    ['another word', ['demo is ready'], ['demo is done']],
    ['another version', ['Kubernetes 1.36.3'], ['Kubernetes 1.36.2']],
    ['a line more', ['one'], ['one', 'two']],
    ['a line less', ['one', 'two'], ['one']],
  ])('may not differ in %s', (_, page, printed) => {
    expect(differences(page, printed)).not.toEqual([]);
  });

  test('may leave lines out', () => {
    expect(differences(['one', '…', 'four'], ['one', 'two', 'three', 'four'])).toEqual([]);
    expect(differences(['one', '…'], ['one', 'two'])).toEqual([]);
    expect(differences(['one', '…', 'five'], ['one', 'two'])).not.toEqual([]);
  });
});
