import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError, NotModelled } from '../../cloud/errors.ts';
import type { WireRequest } from '../message.ts';

/** Takes a chunked body apart; what follows it counts as headers (source: S3 API reference, "Signature calculations: trailing headers"). */
export function plainBody(request: WireRequest): WireRequest {
  const { headers, body } = request;
  if (!(headers['content-encoding'] ?? '').split(',').includes('aws-chunked')) return request;
  const bytes: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (lineEnd < 0 || !(size >= 0) || lineEnd + 2 + size > body.length)
      throw new AwsError('IncompleteBody', 'The request body ends within a chunk');
    at = lineEnd + 2;
    if (size === 0) break;
    bytes.push(body.subarray(at, at + size));
    at += size + 2;
  }
  const trailer = body
    .toString('latin1', at)
    .split('\r\n')
    .flatMap((line) => (line.includes(':') ? [line.split(/:\s*(.*)/s, 2) as [string, string]] : []))
    .map(([name, value]) => [name.toLowerCase(), value] as const);
  const encodings = (headers['content-encoding'] ?? '').split(',').filter((encoding) => encoding !== 'aws-chunked');
  const { 'content-encoding': _encoding, 'content-length': _length, ...others } = headers;
  return {
    ...request,
    headers: {
      ...others,
      ...(encodings.length > 0 && { 'content-encoding': encodings.join(',') }),
      ...Object.fromEntries(trailer),
    },
    body: Buffer.concat(bytes),
  };
}

/** Who signs a URL moves AWS's headers into the query, since its user sends none; there they mean the same. */
export function withHoistedHeaders(request: WireRequest): WireRequest {
  const hoisted = [...request.query]
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name.startsWith('x-amz-'));
  return { ...request, headers: { ...Object.fromEntries(hoisted), ...request.headers } };
}

const checksums: Readonly<Record<string, (body: Buffer) => string>> = {
  crc32: (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  },
  sha1: (body) => createHash('sha1').update(body).digest('base64'),
};

/** Checks what a client says of its body in transit. The SHA-256 is left to the model, which keeps it with the object. */
export function checkedInput(
  { headers, body }: WireRequest,
  input: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  for (const [name, promised] of Object.entries(headers)) {
    const [, algorithm] = /^x-amz-checksum-(crc32c?|crc64nvme|sha1)$/.exec(name) ?? [];
    if (algorithm === undefined) continue;
    const checksum = checksums[algorithm];
    if (!checksum) throw new NotModelled('s3', 'PutObject', `Checksum${algorithm.toUpperCase()}`);
    if (checksum(body) !== promised) {
      const message = `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`;
      throw new AwsError('BadDigest', message);
    }
  }
  const { ChecksumCRC32: _crc32, ChecksumSHA1: _sha1, ChecksumAlgorithm: algorithm, ...kept } = input;
  return algorithm === 'SHA256' ? { ...kept, ChecksumAlgorithm: algorithm } : kept;
}
