import * as z from 'zod';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { itemAccess } from './access.ts';
import { fromStoredItem } from './attributeValues.ts';
import { Placeholders } from './expressions/placeholders.ts';
import { parseProjection, project } from './expressions/projection.ts';
import { attributeMap, conditionInput, placeholderInput } from './itemInputs.ts';
import { readItem } from './items.ts';
import { leadingKeys, toKey } from './keys.ts';
import { activeTable } from './tables.ts';
import {
  applyWrite,
  type PlannedWrite,
  planDelete,
  planPut,
  planUpdate,
  returnedAttributes,
  tryWrite,
} from './writes.ts';

export const GetItem = operation({
  input: z.strictObject({
    TableName: z.string(),
    Key: attributeMap,
    ConsistentRead: z.boolean().optional(),
    ProjectionExpression: z.string().optional(),
    ExpressionAttributeNames: placeholderInput.ExpressionAttributeNames,
  }),
  access: (world, input) => [
    itemAccess(world, 'GetItem', input.TableName, { leadingKeys: leadingKeys(world, input.TableName, [input.Key]) }),
  ],
  run: (world, input) => {
    const table = activeTable(world, input.TableName);
    const placeholders = new Placeholders(input, [input.ProjectionExpression]);
    const paths =
      input.ProjectionExpression === undefined ? undefined : parseProjection(input.ProjectionExpression, placeholders);
    placeholders.refuseUnused();
    const item = readItem(world, table, toKey(table, input.Key));
    return item ? { Item: fromStoredItem(project(item, paths)) } : {};
  },
});

export const PutItem = operation({
  input: z.strictObject({
    TableName: z.string(),
    Item: attributeMap,
    ...conditionInput,
    ReturnValues: z.enum(['NONE', 'ALL_OLD']).optional(),
  }),
  access: (world, input) => [
    itemAccess(world, 'PutItem', input.TableName, {
      leadingKeys: leadingKeys(world, input.TableName, [input.Item]),
      returnValues: input.ReturnValues,
    }),
  ],
  run: (world, input) => write(world, planPut(world, input), input.ReturnValues),
});

export const UpdateItem = operation({
  input: z.strictObject({
    TableName: z.string(),
    Key: attributeMap,
    UpdateExpression: z.string().optional(),
    ...conditionInput,
    ReturnValues: z.enum(['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW']).optional(),
  }),
  access: (world, input) => [
    itemAccess(world, 'UpdateItem', input.TableName, {
      leadingKeys: leadingKeys(world, input.TableName, [input.Key]),
      returnValues: input.ReturnValues,
    }),
  ],
  run: (world, input) => write(world, planUpdate(world, input), input.ReturnValues),
});

export const DeleteItem = operation({
  input: z.strictObject({
    TableName: z.string(),
    Key: attributeMap,
    ...conditionInput,
    ReturnValues: z.enum(['NONE', 'ALL_OLD']).optional(),
  }),
  access: (world, input) => [
    itemAccess(world, 'DeleteItem', input.TableName, {
      leadingKeys: leadingKeys(world, input.TableName, [input.Key]),
      returnValues: input.ReturnValues,
    }),
  ],
  run: (world, input) => write(world, planDelete(world, input), input.ReturnValues),
});

function write(world: World, planned: PlannedWrite, returnValues: Parameters<typeof returnedAttributes>[0]) {
  const result = tryWrite(world, planned);
  applyWrite(world, planned, result);
  return returnedAttributes(returnValues, planned, result);
}
