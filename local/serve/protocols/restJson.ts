import type { ServiceSchemas } from '../schemas.ts';
import { jsonCodec } from './json.ts';
import type { Protocol } from './protocol.ts';
import { type BodyCodec, restProtocol } from './rest.ts';

/** REST with JSON bodies: EventBridge Scheduler and Lambda. */
export function restJsonProtocol(schemas: ServiceSchemas): Protocol {
  return restProtocol(schemas, { codec: restJsonCodec(), bucketInPath: false, requestIdHeader: 'x-amzn-requestid' });
}

function restJsonCodec(): BodyCodec {
  const { serializer, deserializer } = jsonCodec(true);
  return {
    contentType: 'application/json',
    read: (schema, body) => deserializer.readObject(schema, JSON.parse(body.toString())),
    write(schema, value) {
      serializer.write(schema, value);
      return serializer.flush();
    },
    refuse: ({ name, message, statusCode }, requestId) => ({
      status: statusCode,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': name, 'x-amzn-requestid': requestId },
      body: JSON.stringify({ message, Message: message }),
    }),
  };
}
