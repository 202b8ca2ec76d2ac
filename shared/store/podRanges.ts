import { marshall } from '@aws-sdk/util-dynamodb';
import { isTransactionConflict, type Key, marshallRow, queryRows, readRow, tableName, writeTogether } from './table.ts';

/** The pod addresses of one node, and the interface that the VPC routes them to. */
export interface PodRange {
  readonly clusterId: string;
  /** `100.96.3.0/24` */
  readonly range: string;
  readonly instanceId: string;
  readonly networkInterfaceId: string;
}

const rangeKey = ({ clusterId, range }: PodRange): Key => ({ pk: `routes#${clusterId}`, sk: range });
const machineKey = (instanceId: string): Key => ({ pk: `machine#${instanceId}`, sk: 'pod-range' });

/** The range of an instance, of whichever cluster it is. */
export const readPodRange = (instanceId: string): Promise<PodRange | undefined> =>
  readRow<PodRange>(machineKey(instanceId));

/** Every range of the cluster that is taken. */
export const listPodRanges = (clusterId: string): Promise<PodRange[]> => queryRows<PodRange>(`routes#${clusterId}`);

/** Takes the range for its instance. False when somebody else has it or is taking it, or the instance has one by now. */
export async function takePodRange(podRange: PodRange): Promise<boolean> {
  const puts = [rangeKey(podRange), machineKey(podRange.instanceId)].map((key) => ({
    Put: {
      TableName: tableName(),
      Item: marshallRow({ ...podRange, ...key }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }));
  try {
    return await writeTogether(puts);
  } catch (error) {
    if (isTransactionConflict(error)) return false;
    throw error;
  }
}

/** Gives the range back, for whichever node comes next. False when the instance had not got it any more. */
export const releasePodRange = (podRange: PodRange): Promise<boolean> =>
  writeTogether(
    [rangeKey(podRange), machineKey(podRange.instanceId)].map((key) => ({
      Delete: {
        TableName: tableName(),
        Key: marshall(key),
        ConditionExpression: 'instanceId = :instance',
        ExpressionAttributeValues: marshall({ ':instance': podRange.instanceId }),
      },
    })),
  );
