import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { onTable } from './access.ts';
import { type DynamoTable, putTable, tableNamed } from './tables.ts';

/** A table's TTL setting may change once an hour (source: API reference, UpdateTimeToLive). */
const timeToLivePauseMilliseconds = 3_600_000;

export const UpdateTimeToLive = operation({
  input: z.strictObject({
    TableName: z.string(),
    TimeToLiveSpecification: z.strictObject({ Enabled: z.boolean(), AttributeName: z.string() }),
  }),
  access: onTable('UpdateTimeToLive'),
  run: (world, { TableName, TimeToLiveSpecification: wanted }) => {
    const table = tableNamed(world, TableName);
    const before = table.timeToLive;
    if ((before?.enabled ?? false) === wanted.Enabled) {
      throw new AwsError('ValidationException', `TimeToLive is already ${wanted.Enabled ? 'enabled' : 'disabled'}`);
    }
    if (before && nowOf(world) - before.changedAt < timeToLivePauseMilliseconds) {
      throw new AwsError(
        'ValidationException',
        'Time to live has been modified multiple times within a fixed interval',
      );
    }
    const timeToLive = { attribute: wanted.AttributeName, enabled: wanted.Enabled, changedAt: nowOf(world) };
    putTable(world, { ...table, timeToLive });
    return { TimeToLiveSpecification: wanted };
  },
});

export const DescribeTimeToLive = operation({
  input: z.strictObject({ TableName: z.string() }),
  access: onTable('DescribeTimeToLive'),
  run: (world, input) => {
    const setting = tableNamed(world, input.TableName).timeToLive;
    return {
      TimeToLiveDescription: setting?.enabled
        ? { TimeToLiveStatus: 'ENABLED', AttributeName: setting.attribute }
        : { TimeToLiveStatus: 'DISABLED' },
    };
  },
});

export const UpdateContinuousBackups = operation({
  input: z.strictObject({
    TableName: z.string(),
    PointInTimeRecoverySpecification: z.strictObject({ PointInTimeRecoveryEnabled: z.boolean() }),
  }),
  access: onTable('UpdateContinuousBackups'),
  run: (world, input) => {
    const { recoverableSince, ...table } = tableNamed(world, input.TableName);
    const enabled = input.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled;
    const changed: DynamoTable = enabled ? { ...table, recoverableSince: recoverableSince ?? nowOf(world) } : table;
    putTable(world, changed);
    return describeBackups(world, changed);
  },
});

export const DescribeContinuousBackups = operation({
  input: z.strictObject({ TableName: z.string() }),
  access: onTable('DescribeContinuousBackups'),
  run: (world, input) => describeBackups(world, tableNamed(world, input.TableName)),
});

function describeBackups(world: World, table: DynamoTable) {
  const since = table.recoverableSince;
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription:
        since === undefined
          ? { PointInTimeRecoveryStatus: 'DISABLED' }
          : {
              PointInTimeRecoveryStatus: 'ENABLED',
              EarliestRestorableDateTime: new Date(since),
              LatestRestorableDateTime: new Date(nowOf(world)),
            },
    },
  };
}
