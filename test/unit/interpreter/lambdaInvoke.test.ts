import { invocationOf, invocationResult } from '../../../local/interpreter/lambdaInvoke.ts';

test.each([
  ['no Payload is an empty object', {}, {}],
  ['a null Payload is an empty object', { Payload: null }, {}],
  ['text that is JSON is parsed', { Payload: 'true' }, true],
  ['other text stays text', { Payload: 'plain' }, 'plain'],
  ['an object is handed on', { Payload: { n: 1 } }, { n: 1 }],
])('%s', (_what, parameters, payload) => {
  expect(invocationOf({ FunctionName: 'work', ...parameters })).toEqual({ functionName: 'work', payload });
});

test('the answer wraps what the function returned', () => {
  expect(invocationResult({ ok: true }, 'id')).toMatchObject({
    Payload: { ok: true },
    StatusCode: 200,
    SdkResponseMetadata: { RequestId: 'id' },
  });
});
