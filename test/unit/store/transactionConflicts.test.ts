import { GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { dynamodb } from '../../../shared/clients/dynamodb.ts';
import { releasePodRange, takePodRange } from '../../../shared/store/podRanges.ts';
import { writeRowsIfAbsent } from '../../../shared/store/table.ts';

// Two transactions that meet on one row: DynamoDB cancels one, and the SDK does not send it again (source: DynamoDB developer
// guide, "Transaction conflict handling"). The model runs one request at a time, so no two ever meet there.
const conflict = Object.assign(new Error('Transaction cancelled'), {
  name: 'TransactionCanceledException',
  CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
});

const row = { pk: 'runs#demo', sk: 'create-1' };
const podRange = { clusterId: 'demo-1', range: '100.96.3.0/24', instanceId: 'i-1', networkInterfaceId: 'eni-1' };

describe('a write that meets another transaction on its row', () => {
  const table = mockClient(dynamodb);
  beforeEach(() => {
    process.env['TABLE_NAME'] = 'kubestep-test';
    table.reset();
    table.on(TransactWriteItemsCommand).rejects(conflict);
  });
  afterAll(() => table.restore());

  test('finds what the other one has written', async () => {
    table.on(GetItemCommand).resolves({ Item: { pk: { S: row.pk }, sk: { S: row.sk } } });
    expect(await writeRowsIfAbsent(row)).toBe(false);
  });

  test('says that it may be sent again where nobody has written the row', async () => {
    table.on(GetItemCommand).resolves({});
    await expect(writeRowsIfAbsent(row)).rejects.toMatchObject({ name: 'ServiceFailed' });
  });

  test('counts a pod range that somebody is taking as taken', async () => {
    expect(await takePodRange(podRange)).toBe(false);
  });

  test('gives no pod range up as released', async () => {
    await expect(releasePodRange(podRange)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  });
});
