import type { Cloud, CloudCall } from '../../cloud/cloud.ts';
import { AwsError } from '../../cloud/errors.ts';
import { listObjects } from './listObjects.ts';

/** Lists that can be asked for with their keys percent-encoded, because XML cannot hold every sign that a key may have. */
export const lists: ReadonlySet<string> = new Set(['ListObjects', 'ListObjectsV2', 'ListObjectVersions']);

interface Listed {
  readonly Key?: string;
  readonly Prefix?: string;
}

/** Fields of a list's answer that hold keys or parts of keys (source: S3 API reference, ListObjects, ListObjectsV2 and ListObjectVersions). */
const textFields = ['Prefix', 'Delimiter', 'Marker', 'NextMarker', 'StartAfter', 'KeyMarker', 'NextKeyMarker'] as const;
const listFields = ['Contents', 'CommonPrefixes', 'Versions', 'DeleteMarkers'] as const;

/** Asks the model without the encoding, which is the wire's matter, and encodes what it answers. */
export async function encodedList(cloud: Cloud, call: CloudCall): Promise<unknown> {
  const { EncodingType, ...input } = call.input;
  const asked = { ...call, input };
  const output = (await (call.operation === 'ListObjects' ? listObjects(cloud, asked) : cloud.call(asked))) as Readonly<
    Record<string, unknown>
  >;
  if (EncodingType === undefined) return output;
  if (EncodingType !== 'url') throw new AwsError('InvalidArgument', 'Invalid Encoding Method specified in Request');
  const encoded: Record<string, unknown> = { ...output, EncodingType };
  for (const field of textFields) if (typeof output[field] === 'string') encoded[field] = percentEncoded(output[field]);
  for (const field of listFields) {
    const listed = output[field] as readonly Listed[] | undefined;
    if (listed) encoded[field] = listed.map(encodedEntry);
  }
  return encoded;
}

function encodedEntry(entry: Listed): Listed {
  return {
    ...entry,
    ...(entry.Key !== undefined && { Key: percentEncoded(entry.Key) }),
    ...(entry.Prefix !== undefined && { Prefix: percentEncoded(entry.Prefix) }),
  };
}

/** S3 leaves slashes as they are. */
const percentEncoded = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/');
