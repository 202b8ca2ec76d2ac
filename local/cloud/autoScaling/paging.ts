import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { validationError } from './errors.ts';

/** The paging parameters of every Describe of Auto Scaling. */
export const pageInput = { MaxRecords: z.number().int().optional(), NextToken: z.string().optional() };

interface PageRequest {
  readonly MaxRecords?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** One page of rows in the order of their keys; the token names the last key that was answered. */
export function pageOf<Row>(
  rows: readonly Row[],
  { MaxRecords, NextToken }: PageRequest,
  keyOf: (row: Row) => string,
  { usual, most }: { readonly usual: number; readonly most: number },
): { readonly rows: Row[]; readonly nextToken: string | undefined } {
  const size = MaxRecords ?? usual;
  if (size < 1 || size > most) {
    throw validationError(
      `1 validation error detected: Value '${size}' at 'maxRecords' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
    );
  }
  const after = NextToken === undefined ? '' : lastKeyIn(NextToken);
  const rest = rows
    .map((row) => ({ row, key: keyOf(row) }))
    .filter(({ key }) => key > after)
    .sort((left, right) => (left.key < right.key ? -1 : 1));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    rows: page.map(({ row }) => row),
    nextToken: last && rest.length > page.length ? Buffer.from(`after:${last.key}`).toString('base64url') : undefined,
  };
}

function lastKeyIn(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw new AwsError('InvalidNextToken', 'The next token is not valid');
  return text.slice('after:'.length);
}
