import { AwsError } from '../errors.ts';

/** One page of rows in the order of their names; a token names the last row that was answered. */
export function pageOf<Row>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  request: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): { readonly page: readonly Row[]; readonly next: { readonly NextToken?: string } } {
  const after = request.NextToken === undefined ? '' : lastIn(request.NextToken);
  const rest = rows
    .filter((row) => nameOf(row) > after)
    .toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const page = rest.slice(0, request.MaxResults ?? 100);
  const last = page.at(-1);
  if (!last || rest.length === page.length) return { page, next: {} };
  return { page, next: { NextToken: Buffer.from(`after:${nameOf(last)}`).toString('base64url') } };
}

function lastIn(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw new AwsError('ValidationException', 'Invalid NextToken.');
  return text.slice('after:'.length);
}
