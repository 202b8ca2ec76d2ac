import { logs } from '../../../../local/cloud/logs/service.ts';
import { beginning, testCloud } from '../../../support/testWorld.ts';

async function aStream() {
  const account = testCloud([logs]);
  await account.call('CreateLogGroup', { logGroupName: '/aws/lambda/x' });
  await account.call('CreateLogStream', { logGroupName: '/aws/lambda/x', logStreamName: 's' });
  const stream = { logGroupName: '/aws/lambda/x', logStreamName: 's' };
  const put = (...messages: string[]) =>
    account.call('PutLogEvents', {
      ...stream,
      logEvents: messages.map((message, index) => ({ timestamp: beginning + index, message })),
    });
  const read = (more: object = {}) =>
    account.call<{ events: { message: string }[]; nextForwardToken: string }>('GetLogEvents', { ...stream, ...more });
  return { ...account, put, read, stream };
}

test('events come back in their order, in pages, and at the end the token stays the same', async () => {
  const { put, read } = await aStream();
  await put('one', 'two', 'three');
  const first = await read({ startFromHead: true, limit: 2 });
  expect(first.events.map((event) => event.message)).toEqual(['one', 'two']);
  const second = await read({ limit: 2, nextToken: first.nextForwardToken });
  expect(second.events.map((event) => event.message)).toEqual(['three']);
  const third = await read({ limit: 2, nextToken: second.nextForwardToken });
  expect(third).toMatchObject({ events: [], nextForwardToken: second.nextForwardToken });
});

test('a filter finds what contains all its terms, in every stream of the group', async () => {
  const { call, put } = await aStream();
  await put('ERROR in VPC', 'all well', 'ERROR elsewhere');
  const { events } = await call<{ events: object[] }>('FilterLogEvents', {
    logGroupName: '/aws/lambda/x',
    filterPattern: 'ERROR "in VPC"',
  });
  expect(events).toMatchObject([{ message: 'ERROR in VPC', logStreamName: 's' }]);
});

test('retention forgets old events and takes only the days that AWS knows', async () => {
  const { call, errorOf, put, read, world } = await aStream();
  await put('old');
  const group = { logGroupName: '/aws/lambda/x' };
  expect((await errorOf('PutRetentionPolicy', { ...group, retentionInDays: 2 })).name).toBe(
    'InvalidParameterException',
  );
  await call('PutRetentionPolicy', { ...group, retentionInDays: 1 });
  expect((await read()).events).toHaveLength(1);
  await world.clock.advance({ days: 2 });
  expect((await read()).events).toEqual([]);
});

test('groups and streams exist once, and a deleted group takes its events along', async () => {
  const { call, errorOf, put, stream } = await aStream();
  await put('one');
  const group = { logGroupName: '/aws/lambda/x' };
  expect((await errorOf('CreateLogGroup', group)).name).toBe('ResourceAlreadyExistsException');
  expect((await errorOf('CreateLogStream', stream)).name).toBe('ResourceAlreadyExistsException');
  await call('DeleteLogGroup', group);
  expect((await errorOf('GetLogEvents', stream)).name).toBe('ResourceNotFoundException');
  await call('CreateLogGroup', group);
  await call('CreateLogStream', stream);
  expect(await call('GetLogEvents', stream)).toMatchObject({ events: [] });
});
