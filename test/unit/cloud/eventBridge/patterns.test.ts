import { compilePattern } from '../../../../local/cloud/eventBridge/patterns.ts';

const event = {
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-1', 'other'],
  detail: { state: 'terminated', code: 48, deep: { flag: true, nothing: null }, list: [{ id: 'a' }, { id: 'b' }] },
};

test.each<[object, boolean]>([
  [{ source: ['aws.ec2'] }, true],
  [{ source: ['aws.ssm', 'aws.ec2'] }, true],
  [{ source: ['aws.ssm'] }, false],
  [{ detail: { state: ['terminated'], code: [48] } }, true],
  [{ detail: { state: ['terminated'], code: ['48'] } }, false],
  [{ detail: { deep: { flag: [true], nothing: [null] } } }, true],
  [{ resources: [{ prefix: 'arn:aws:ec2' }] }, true],
  [{ resources: [{ suffix: 'i-2' }] }, false],
  [{ source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }, true],
  [{ detail: { state: [{ 'anything-but': ['running', 'pending'] }] } }, true],
  [{ detail: { state: [{ 'anything-but': 'terminated' }] } }, false],
  [{ detail: { state: [{ 'anything-but': { prefix: 'term' } }] } }, false],
  [{ detail: { absent: [{ 'anything-but': 'x' }] } }, false],
  [{ detail: { absent: [{ exists: false }] } }, true],
  [{ detail: { gone: { absent: [{ exists: false }] } } }, true],
  [{ detail: { state: [{ exists: true }] } }, true],
  [{ detail: { code: [{ numeric: ['>', 40, '<=', 48] }] } }, true],
  [{ detail: { code: [{ numeric: ['<', 48] }] } }, false],
  [{ resources: [{ wildcard: 'arn:*:instance/i-*' }] }, true],
  [{ source: [{ wildcard: 'aws?ec2' }] }, false],
  [{ source: [{ 'equals-ignore-case': 'AWS.EC2' }] }, true],
  [{ $or: [{ source: ['x'] }, { detail: { code: [48] } }] }, true],
  [{ detail: { list: { id: ['b'] } } }, true],
])('%j fits: %p', (pattern, fits) => {
  expect(compilePattern(JSON.stringify(pattern))(event)).toBe(fits);
});

test.each([
  ['{', 'not valid JSON'],
  ['{}', 'Empty event pattern'],
  ['{"source":"aws.ec2"}', 'must be an object or an array'],
  ['{"source":[{"like":"x"}]}', 'Unrecognized match type like'],
  ['{"detail":{"code":[{"numeric":[">"]}]}}', 'numeric needs pairs'],
])('%s is refused', (pattern, reason) => {
  expect(() => compilePattern(pattern)).toThrow(reason);
});
