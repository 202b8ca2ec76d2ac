import type { Cloud, CloudCall } from '../../cloud/cloud.ts';

interface Page {
  readonly Contents?: readonly { readonly Key: string }[];
  readonly CommonPrefixes?: readonly { readonly Prefix: string }[];
  readonly IsTruncated: boolean;
}

/** ListObjects in the words of ListObjectsV2: pages continue behind a key or prefix instead of at a token. */
export async function listObjects(cloud: Cloud, call: CloudCall): Promise<object> {
  const { Marker = '', ...rest } = call.input;
  const input = { ...rest, ...(Marker !== '' && { StartAfter: Marker }) };
  const answer = (await cloud.call({ ...call, operation: 'ListObjectsV2', input })) as Page & Record<string, unknown>;
  const { KeyCount: _count, NextContinuationToken: _token, ...page } = answer;
  // Without a delimiter S3 leaves it to the client to continue behind the last key (source: API reference, ListObjects).
  const tellsNext = page.IsTruncated && rest.Delimiter !== undefined;
  return { ...page, Marker, ...(tellsNext && { NextMarker: lastIn(page) }) };
}

/** S3 lists by the bytes of UTF-8, keys and common prefixes together. */
function lastIn({ Contents = [], CommonPrefixes = [] }: Page): string | undefined {
  const entries = [...Contents.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix)];
  return entries.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))).at(-1);
}
