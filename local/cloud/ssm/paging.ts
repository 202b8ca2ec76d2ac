import { AwsError } from '../errors.ts';

/** Results of a page unless the request says less (source: API reference, e.g. ListCommandInvocations). */
const largestPage = 50;

/** One page of a list; the token says how many entries came before, and only for the same list. */
export function pageOf<Entry>(
  all: readonly Entry[],
  request: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): { readonly entries: readonly Entry[]; readonly nextToken: string | undefined } {
  const start = request.NextToken === undefined ? 0 : startIn(request.NextToken);
  const end = start + (request.MaxResults ?? largestPage);
  const nextToken = end < all.length ? Buffer.from(`from:${end}`).toString('base64url') : undefined;
  return { entries: all.slice(start, end), nextToken };
}

function startIn(token: string): number {
  const start = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (start === undefined) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  return Number(start);
}
