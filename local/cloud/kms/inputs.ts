import * as z from 'zod';
import { AwsError } from '../errors.ts';
import type { Tags } from './keys.ts';

/** Parameters that several operations share (source: KMS API reference). */
export const keyId = z.string().min(1).max(2048);
export const blob = z.custom<Uint8Array>((value) => ArrayBuffer.isView(value), 'expected bytes');
export const encryptionContext = z.record(z.string(), z.string()).optional();
export const tagKey = z.string().min(1).max(128);
export const tagList = z.array(z.strictObject({ TagKey: tagKey, TagValue: z.string().max(256) }));

export const pageRequest = {
  Limit: z.number().int().min(1).max(1000).optional(),
  Marker: z.string().min(1).optional(),
};

interface PageRequest {
  readonly Limit?: number | undefined;
  readonly Marker?: string | undefined;
}

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly Truncated: boolean;
  readonly NextMarker?: string;
}

/** One page in the order of ids; the marker names the last one. */
export function pageOf<Row>(all: Iterable<Row>, request: PageRequest, idOf: (row: Row) => string): Page<Row> {
  const after = request.Marker === undefined ? '' : idIn(request.Marker);
  const rest = [...all].filter((row) => idOf(row) > after).sort((left, right) => (idOf(left) < idOf(right) ? -1 : 1));
  const rows = rest.slice(0, request.Limit ?? 100);
  const last = rows.at(-1);
  if (last === undefined || rows.length === rest.length) return { rows, Truncated: false };
  return { rows, Truncated: true, NextMarker: Buffer.from(`after:${idOf(last)}`).toString('base64url') };
}

function idIn(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString();
  if (!text.startsWith('after:')) throw new AwsError('InvalidMarkerException', 'Could not deserialize marker');
  return text.slice('after:'.length);
}

/** 50 tags a key (source: KMS Developer Guide, "Resource quotas"). */
const maxTags = 50;

/** Adds tags to those that are there. */
export function withTags(tags: Tags, added: z.output<typeof tagList>): Tags {
  const names = added.map((tag) => tag.TagKey);
  if (new Set(names).size < names.length) throw new AwsError('TagException', 'Duplicate tag keys');
  if (names.some((name) => name.toLowerCase().startsWith('aws:'))) {
    throw new AwsError('TagException', 'Tag keys beginning with aws: are reserved');
  }
  const all = { ...tags, ...tagsOf(added) };
  if (Object.keys(all).length > maxTags) throw new AwsError('LimitExceededException', `More than ${maxTags} tags`);
  return all;
}

export function tagsOf(list: z.output<typeof tagList> = []): Tags {
  return Object.fromEntries(list.map((tag) => [tag.TagKey, tag.TagValue]));
}
