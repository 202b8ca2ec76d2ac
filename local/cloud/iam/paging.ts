import * as z from 'zod';
import { validationError } from './errors.ts';

/** How every List of IAM is paged. */
export const pageRequest = {
  MaxItems: z.number().int().min(1).max(1000).optional(),
  Marker: z.string().min(1).optional(),
};

interface PageRequest {
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** One page in the order of names; the marker names the last one, so that it holds while others come and go. */
export function pageOf<Row>(rows: Iterable<Row>, request: PageRequest, nameOf: (row: Row) => string): Page<Row> {
  const after = request.Marker === undefined ? '' : nameIn(request.Marker);
  const rest = [...rows]
    .filter((row) => nameOf(row) > after)
    .sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
  const page = rest.slice(0, request.MaxItems ?? 100);
  const last = page.at(-1);
  if (last === undefined || page.length === rest.length) return { rows: page, IsTruncated: false };
  return { rows: page, IsTruncated: true, Marker: Buffer.from(`after:${nameOf(last)}`).toString('base64url') };
}

function nameIn(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString();
  if (!text.startsWith('after:')) throw validationError(`Invalid Marker: ${marker}`);
  return text.slice('after:'.length);
}
