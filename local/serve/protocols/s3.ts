import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { envelope, type ServiceSchemas } from '../schemas.ts';
import type { Protocol } from './protocol.ts';
import { xmlSettings } from './query.ts';
import { type BodyCodec, restProtocol } from './rest.ts';
import { checkedInput, plainBody, withHoistedHeaders } from './s3Bodies.ts';

const xmlNamespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** S3: REST with XML bodies, objects as they are, and checksums beside them. */
export function s3Protocol(schemas: ServiceSchemas): Protocol {
  const rest = restProtocol(schemas, { codec: xmlCodec(), bucketInPath: true, requestIdHeader: 'x-amz-request-id' });
  return {
    read(request) {
      const plain = plainBody(withHoistedHeaders(request));
      const { operation, input } = rest.read(plain);
      return { operation, input: checkedInput(plain, input) };
    },
    answer(operation, output, requestId) {
      const { ContentRange } = (output ?? {}) as { readonly ContentRange?: string };
      const answer = rest.answer(operation, output, requestId);
      return ContentRange === undefined ? answer : { ...answer, status: 206 };
    },
    refuse: rest.refuse,
  };
}

const text = 0;
const errorEnvelope = envelope('Error', [
  ['Code', text],
  ['Message', text],
  ['RequestId', text],
]);

function xmlCodec(): BodyCodec {
  const settings = xmlSettings(xmlNamespace);
  const serializer = new XmlShapeSerializer(settings);
  const errors = new XmlShapeSerializer({ ...settings, xmlNamespace: '' });
  const deserializer = new XmlShapeDeserializer(settings);
  return {
    contentType: 'application/xml',
    read: (schema, body) => deserializer.read(schema, body.toString()),
    write(schema, value) {
      serializer.write(schema, value);
      return serializer.flush();
    },
    refuse({ name, message, statusCode }, requestId) {
      errors.write(errorEnvelope, { Code: name, Message: message, RequestId: requestId });
      const headers = { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
      return { status: statusCode, headers, body: errors.flush() };
    },
  };
}
