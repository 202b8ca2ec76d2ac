import * as z from 'zod';
import { AwsError } from '../errors.ts';

/** 100 at a time unless asked for more; 1,000 at most (Step Functions API reference). */
export const pageRequest = {
  maxResults: z.number().int().min(0).max(1000).default(100),
  nextToken: z.string().optional(),
};

interface Page {
  readonly maxResults: number;
  readonly nextToken?: string | undefined;
}

/** One page of a list and the token of the next. */
export function pageOf<Item>(
  all: readonly Item[],
  { maxResults, nextToken }: Page,
): { items: readonly Item[]; nextToken?: string } {
  const size = maxResults === 0 ? 100 : maxResults;
  const start = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw new AwsError('InvalidToken', `Invalid Token: '${nextToken}'`);
  const end = start + size;
  const items = all.slice(start, end);
  return end < all.length ? { items, nextToken: Buffer.from(String(end)).toString('base64url') } : { items };
}
