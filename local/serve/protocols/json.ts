import { JsonShapeDeserializer2, JsonShapeSerializer2 } from '@smithy/core/protocols';
import { AwsError } from '../../cloud/errors.ts';
import type { WireError } from '../message.ts';
import type { ServiceSchemas } from '../schemas.ts';
import type { Protocol } from './protocol.ts';

/** Times are seconds since the epoch (source: Smithy, AWS JSON 1.0 protocol). */
const epochSeconds = 7;

/** The codec of AWS's JSON protocols. `jsonName`: whether members may have other names on the wire, as in REST. */
export function jsonCodec(jsonName: boolean) {
  const settings = { timestampFormat: { useTrait: true, default: epochSeconds } as const, jsonName };
  return { serializer: new JsonShapeSerializer2(settings), deserializer: new JsonShapeDeserializer2(settings) };
}

/** AWS JSON 1.0 and 1.1: the operation is in X-Amz-Target, everything else in the body. */
export function jsonProtocol({ operations, errors }: ServiceSchemas, version: '1.0' | '1.1'): Protocol {
  const { serializer, deserializer } = jsonCodec(false);
  const headers = (requestId: string) => ({
    'content-type': `application/x-amz-json-${version}`,
    'x-amzn-requestid': requestId,
  });

  return {
    read({ headers: given, body }) {
      const operation = (given['x-amz-target'] ?? '').split('.').at(-1) ?? '';
      const schema = operations.get(operation);
      if (!schema) throw new AwsError('UnknownOperationException', `There is no operation ${printable(operation)}`);
      if (schema.input.isUnitSchema() || body.length === 0) return { operation, input: {} };
      return { operation, input: readBody(() => deserializer.readObject(schema.input, JSON.parse(body.toString()))) };
    },
    answer(operation, output, requestId) {
      const schema = operations.get(operation)?.output;
      if (!schema || schema.isUnitSchema()) return { status: 200, headers: headers(requestId), body: '{}' };
      serializer.write(schema, output ?? {});
      return { status: 200, headers: headers(requestId), body: serializer.flush() };
    },
    refuse(error, requestId) {
      return {
        status: error.statusCode,
        headers: headers(requestId),
        body: JSON.stringify({ __type: error.name, message: error.message, ...detailsOf(error) }),
      };
    },
  };

  function detailsOf({ name, details }: WireError): object {
    const schema = errors.get(name);
    if (!schema || Object.keys(details).length === 0) return {};
    serializer.write(schema, details);
    return JSON.parse(Buffer.concat([serializer.flush() as unknown as Uint8Array]).toString()) as object;
  }
}

/** Reads a body; what cannot be read is the client's fault. */
export function readBody(read: () => unknown): Readonly<Record<string, unknown>> {
  try {
    return (read() ?? {}) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new AwsError('SerializationException', `The body cannot be read: ${(error as Error).message}`);
  }
}

export const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
