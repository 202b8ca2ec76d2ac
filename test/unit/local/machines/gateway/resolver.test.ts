import { dnsAnswer, parseQuestion, typeA } from '../../../../../local/machines/nspawn/gateway/dnsMessage.ts';
import { Resolver } from '../../../../../local/machines/nspawn/gateway/resolver.ts';

function aQuery(name: string, type = typeA): Buffer {
  const header = Buffer.from([0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.concat([header, Buffer.from([...labels, 0, 0, type, 0, 1])]);
}

function aResolver(names: Record<string, string[]>): Resolver {
  const resolver = new Resolver();
  resolver.configure(names);
  return resolver;
}

test('a question is read in lower case, and its answer repeats it as it came', () => {
  const query = aQuery('Api.Example');
  const question = parseQuestion(query);
  expect(question).toMatchObject({ id: 0x1234, name: 'api.example', type: typeA, recursionDesired: true });
  if (!question) throw new Error('no question');
  const answer = dnsAnswer(question, ['10.0.0.7']);
  expect(answer.subarray(12, query.length)).toEqual(query.subarray(12));
  expect(answer.readUInt16BE(6)).toBe(1);
  expect([...answer.subarray(-4)]).toEqual([10, 0, 0, 7]);
  expect(dnsAnswer(question, undefined).readUInt16BE(2) & 0xf).toBe(3);
  expect(dnsAnswer(question, []).readUInt16BE(2) & 0xf).toBe(0);
});

test('whatever is cut off, an answer or compressed gets no answer', () => {
  const query = aQuery('api.example');
  for (let length = 0; length < query.length; length += 1) {
    expect(parseQuestion(query.subarray(0, length))).toBeUndefined();
  }
  const answer = Buffer.from(query);
  answer.writeUInt8(0x81, 2);
  expect(parseQuestion(answer)).toBeUndefined();
  const compressed = Buffer.from(query);
  compressed.writeUInt8(0xc0, 12);
  expect(parseQuestion(compressed)).toBeUndefined();
});

test('an exact name comes before a pattern, a longer pattern before a shorter one', () => {
  const resolver = aResolver({
    '*.amazonaws.com': ['1.1.1.1'],
    '*.elb.amazonaws.com': ['2.2.2.2'],
    'api.elb.amazonaws.com': ['3.3.3.3'],
  });
  expect(resolver.answer('sts.us-east-1.amazonaws.com', typeA)).toEqual(['1.1.1.1']);
  expect(resolver.answer('other.elb.amazonaws.com', typeA)).toEqual(['2.2.2.2']);
  expect(resolver.answer('api.elb.amazonaws.com', typeA)).toEqual(['3.3.3.3']);
  expect(resolver.answer('amazonaws.com', typeA)).toBeUndefined();
});

test('a known name has no record of another type; an unknown one does not exist', () => {
  const resolver = aResolver({ 'api.example': ['10.0.0.7'] });
  expect(resolver.answer('api.example', 28)).toEqual([]);
  expect(resolver.answer('none.example', 28)).toBeUndefined();
});

test('each address of a name is the first in its turn', () => {
  const resolver = aResolver({ 'api.example': ['10.0.0.1', '10.0.0.2', '10.0.0.3'] });
  const firsts = [1, 2, 3].map(() => resolver.answer('api.example', typeA)?.[0]);
  expect(new Set(firsts).size).toBe(3);
});
