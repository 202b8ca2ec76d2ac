import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Checked value by value in attributeValues.ts, with AWS's own messages. */
export const attributeMap = z.record(z.string(), z.custom<AttributeValue>(isObject));

/** The parameters of expressions, in every operation that has one. */
export const placeholderInput = {
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: attributeMap.optional(),
};

/** The parameters of a conditional write. */
export const conditionInput = {
  ...placeholderInput,
  ConditionExpression: z.string().optional(),
  ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional(),
};
