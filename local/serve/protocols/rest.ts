import type { NormalizedSchema } from '@smithy/core/schema';
import type { Schema, SchemaRef } from '@smithy/types';
import { isInFile, type WireAnswer, type WireError, type WireRequest } from '../message.ts';
import { envelope, membersOf, type OperationSchema, type ServiceSchemas } from '../schemas.ts';
import { readBody } from './json.ts';
import type { Protocol } from './protocol.ts';
import { readText } from './queryParameters.ts';
import { routesOf } from './routes.ts';

/** How the bodies of a REST service are written. */
export interface BodyCodec {
  readonly contentType: string;
  read(schema: Schema, body: Buffer): unknown;
  write(schema: Schema, value: unknown): string | Uint8Array;
  refuse(error: WireError, requestId: string): WireAnswer;
}

export interface RestOptions {
  readonly codec: BodyCodec;
  readonly bucketInPath: boolean;
  /** `x-amz-request-id` */
  readonly requestIdHeader: string;
}

/** REST: the schema binds members to the path, the query, headers and the body (source: Smithy, HTTP binding traits). */
export function restProtocol(schemas: ServiceSchemas, { codec, bucketInPath, requestIdHeader }: RestOptions): Protocol {
  const find = routesOf(schemas, bucketInPath);
  return {
    read(request) {
      const { schema, labels } = find(request);
      return { operation: schema.name, input: inputOf(schema, labels, request, codec) };
    },
    answer(operation, output, requestId) {
      const schema = schemas.operations.get(operation);
      if (!schema) throw new Error(`${operation} has no schema`);
      const { status, headers, body } = outputOf(schema, (output ?? {}) as Record<string, unknown>, codec);
      return { status, headers: { ...headers, [requestIdHeader]: requestId }, body };
    },
    refuse: (error, requestId) => codec.refuse(error, requestId),
  };
}

function inputOf(
  { input }: OperationSchema,
  labels: Readonly<Record<string, string>>,
  request: WireRequest,
  codec: BodyCodec,
): Record<string, unknown> {
  if (input.isUnitSchema()) return {};
  const read: Record<string, unknown> = {};
  const inBody: (readonly [string, SchemaRef])[] = [];
  const schemasByName = new Map(membersOf(input));
  for (const [name, member] of input.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.httpLabel) put(read, name, textOf(member, labels[name]));
    else if (traits.httpQuery !== undefined) put(read, name, fromQuery(member, request.query.getAll(traits.httpQuery)));
    else if (traits.httpHeader !== undefined)
      put(read, name, textOf(member, request.headers[traits.httpHeader.toLowerCase()]));
    else if (traits.httpPrefixHeaders !== undefined) put(read, name, prefixed(request, traits.httpPrefixHeaders));
    else if (traits.httpPayload || member.isStreaming()) put(read, name, payloadOf(member, request.body, codec));
    else inBody.push([name, schemasByName.get(name) as SchemaRef]);
  }
  if (inBody.length === 0 || request.body.length === 0) return read;
  return { ...read, ...readBody(() => codec.read(input, request.body)) };
}

function put(into: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) into[name] = value;
}

function textOf(member: NormalizedSchema, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (member.isListSchema()) return text.split(/,\s*/).map((part) => readText(member.getValueSchema(), part));
  return readText(member, text);
}

function fromQuery(member: NormalizedSchema, texts: readonly string[]): unknown {
  if (member.isListSchema())
    return texts.length === 0 ? undefined : texts.map((text) => readText(member.getValueSchema(), text));
  return textOf(member, texts[0]);
}

function prefixed({ headers }: WireRequest, prefix: string): Record<string, string> | undefined {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix.toLowerCase()));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

function payloadOf(member: NormalizedSchema, body: Buffer, codec: BodyCodec): unknown {
  if (member.isBlobSchema()) return new Uint8Array(body);
  if (body.length === 0) return undefined;
  return member.isStringSchema() ? body.toString() : readBody(() => codec.read(member, body));
}

function outputOf({ output, http }: OperationSchema, value: Readonly<Record<string, unknown>>, codec: BodyCodec) {
  let status = http?.[2] ?? 200;
  let body: WireAnswer['body'] = '';
  const headers: Record<string, string> = {};
  const inBody = new Set<string>();
  if (output.isUnitSchema()) return { status, headers, body };
  for (const [name, member] of output.structIterator()) {
    const traits = member.getMergedTraits();
    const given = value[name];
    if (traits.httpHeader !== undefined) {
      if (given !== undefined) headers[traits.httpHeader.toLowerCase()] = headerText(member, given);
    } else if (traits.httpPrefixHeaders !== undefined) {
      for (const [key, text] of Object.entries((given ?? {}) as object)) headers[traits.httpPrefixHeaders + key] = text;
    } else if (traits.httpResponseCode) status = Number(given ?? status);
    else if (traits.httpPayload || member.isStreaming())
      body = given === undefined ? '' : payload(member, given, codec);
    else inBody.add(name);
  }
  if (inBody.size > 0) {
    const schema = envelope(
      output.getMergedTraits().xmlName ?? output.getName() ?? '',
      membersOf(output).filter(([name]) => inBody.has(name)),
    );
    body = codec.write(schema, value);
  }
  if (isInFile(body) || body.length > 0) headers['content-type'] ??= codec.contentType;
  return { status, headers, body };
}

function payload(member: NormalizedSchema, given: unknown, codec: BodyCodec): WireAnswer['body'] {
  if (member.isBlobSchema() || typeof given === 'string') return given as WireAnswer['body'];
  return codec.write(member, given);
}

/** Times in headers are HTTP dates unless the schema says otherwise. */
function headerText(member: NormalizedSchema, given: unknown): string {
  if (!(given instanceof Date)) return Array.isArray(given) ? given.join(',') : String(given);
  const [epochSeconds, dateTime] = [7, 5];
  if (member.getSchema() === dateTime) return given.toISOString();
  return member.getSchema() === epochSeconds ? String(given.getTime() / 1000) : given.toUTCString();
}
