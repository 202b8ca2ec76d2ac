import type { ApiModel } from '../../apiModels/models.ts';
import { shapeProblems } from '../../apiModels/shapeProblems.ts';

const model: ApiModel = {
  operations: {},
  shapes: {
    Request: {
      type: 'structure',
      required: ['Name', 'Tags'],
      members: { Name: { shape: 'Name' }, Tags: { shape: 'Tags' }, Port: { shape: 'Port' }, Mode: { shape: 'Mode' } },
    },
    Name: { type: 'string', min: 1, max: 5, pattern: '[a-z]+' },
    Tags: { type: 'list', member: { shape: 'Tag' }, max: 2 },
    Tag: { type: 'structure', required: ['Key'], members: { Key: { shape: 'Name' }, Value: { shape: 'Data' } } },
    Data: { type: 'blob', max: 4 },
    Port: { type: 'integer', min: 1, max: 65535 },
    Mode: { type: 'string', enum: ['on', 'off'] },
  },
};

test('a request that AWS would take has no problem', () => {
  const request = { Name: 'abc', Tags: [{ Key: 'k', Value: new Uint8Array(4) }], Port: 443, Mode: 'on' };
  expect(shapeProblems(model, 'Request', request)).toEqual([]);
});

test.each([
  ['a missing member', { Name: 'abc' }, 'Tags: is missing'],
  ['a missing member of an entry', { Name: 'abc', Tags: [{}] }, 'Tags[0].Key: is missing'],
  ['a member that AWS does not know', { Name: 'abc', Tags: [], Nmae: 1 }, 'Nmae: AWS knows no such member'],
  ['a text that is too long', { Name: 'abcdef', Tags: [] }, 'Name: 6 characters, at most 5'],
  ['a text of another form', { Name: 'a-b', Tags: [] }, 'Name: "a-b" does not match [a-z]+'],
  ['a value that is not listed', { Name: 'abc', Tags: [], Mode: 'auto' }, 'Mode: "auto" is none of on, off'],
  ['a number out of range', { Name: 'abc', Tags: [], Port: 0 }, 'Port: 0, at least 1'],
  ['another type', { Name: 'abc', Tags: [], Port: '443' }, 'Port: is no whole number'],
  ['too many entries', { Name: 'abc', Tags: [{ Key: 'a' }, { Key: 'b' }, { Key: 'c' }] }, 'Tags: 3 entries, at most 2'],
  [
    'too many bytes',
    { Name: 'abc', Tags: [{ Key: 'a', Value: new Uint8Array(5) }] },
    'Tags[0].Value: 5 bytes, at most 4',
  ],
])('%s is found', (_, request, problem) => {
  expect(shapeProblems(model, 'Request', request)).toContain(problem);
});
