import { AwsError } from '../errors.ts';

/** The paging parameters of a Describe. */
export interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextToken: string | undefined;
}

/** EC2 accepts 5 to 1,000 results a page for most Describes (source: EC2 API reference). */
const pageSizes = { least: 5, most: 1000 };

/**
 * One page of rows. Pages are cut in the order of ids, so that a token holds while rows come and go: it names the last id
 * that was answered. Without MaxResults and NextToken, EC2 answers everything.
 */
export function pageOf<Row>(
  rows: readonly Row[],
  request: PageRequest,
  idOf: (row: Row) => string,
  { least, most }: { least: number; most: number } = pageSizes,
): Page<Row> {
  const { MaxResults: size, NextToken: token } = request;
  if (size !== undefined && (size < least || size > most)) {
    const problem = size < least ? `less than ${least}` : `greater than ${most}`;
    throw new AwsError('InvalidParameterValue', `Value ( ${size} ) for parameter maxResults is invalid: ${problem}`);
  }
  if (size === undefined && token === undefined) return { rows, nextToken: undefined };

  const after = token === undefined ? '' : lastIdIn(token);
  const rest = rows
    .map((row) => ({ row, id: idOf(row) }))
    .filter(({ id }) => id > after)
    .sort((left, right) => (left.id < right.id ? -1 : 1));
  const page = rest.slice(0, size ?? most);
  const last = page.at(-1);
  return {
    rows: page.map(({ row }) => row),
    nextToken: last && rest.length > page.length ? Buffer.from(`after:${last.id}`).toString('base64url') : undefined,
  };
}

function lastIdIn(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw new AwsError('InvalidNextToken', `The token '${token}' is not valid`);
  return text.slice('after:'.length);
}
