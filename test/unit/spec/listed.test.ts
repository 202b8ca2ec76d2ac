import { listed } from '../../../shared/validation/checks/check.ts';

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('the names %j are said as a person would', (names, said) => {
  expect(listed(names)).toBe(said);
});
