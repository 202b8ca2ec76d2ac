import * as z from 'zod';
import { validationError } from './errors.ts';

/** The paging parameters of ELBv2 (source: ELBv2 API reference: 1 to 400 a page). */
export const pagingInput = { PageSize: z.number().int().min(1).max(400).optional(), Marker: z.string().optional() };

const defaultPageSize = 400;

/** One page in the order of ARNs; the marker names the last one that was answered. */
export function pageOf<Row>(
  rows: readonly Row[],
  request: { readonly PageSize?: number | undefined; readonly Marker?: string | undefined },
  arnOf: (row: Row) => string,
): { readonly rows: readonly Row[]; readonly nextMarker: string | undefined } {
  const after = request.Marker === undefined ? '' : Buffer.from(request.Marker, 'base64url').toString();
  if (request.Marker !== undefined && !after.startsWith('arn:')) throw validationError('The marker is not valid');
  const rest = rows.filter((row) => arnOf(row) > after).sort((left, right) => (arnOf(left) < arnOf(right) ? -1 : 1));
  const page = rest.slice(0, request.PageSize ?? defaultPageSize);
  const last = page.at(-1);
  const more = last !== undefined && rest.length > page.length;
  return { rows: page, nextMarker: more ? Buffer.from(arnOf(last)).toString('base64url') : undefined };
}
