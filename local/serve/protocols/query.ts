import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import type { Schema, SchemaRef } from '@smithy/types';
import { AwsError } from '../../cloud/errors.ts';
import type { WireAnswer } from '../message.ts';
import { envelope, membersOf, type OperationSchema, type ServiceSchemas } from '../schemas.ts';
import { printable } from './json.ts';
import { type Protocol, wireCode } from './protocol.ts';
import { type QueryStyle, readParameters } from './queryParameters.ts';

/** Times are RFC 3339 (source: Smithy, AWS query protocol). */
const dateTime = 5;

/** How structures become XML. */
export const xmlSettings = (xmlNamespace: string) => ({
  xmlNamespace,
  serviceNamespace: '',
  timestampFormat: { useTrait: true, default: dateTime } as const,
  httpBindings: false,
});

/** The envelopes of a Query service: EC2 has others than its elders. */
interface Envelopes {
  answer(schema: OperationSchema, output: unknown, requestId: string): readonly [schema: Schema, value: unknown];
  refusal(code: string, message: string, fault: 'Sender' | 'Receiver', requestId: string): readonly [Schema, unknown];
}

/** The Query protocols: the operation and its parameters are in a form, the answer is XML. */
export function queryProtocol(
  { operations, errors }: ServiceSchemas,
  style: QueryStyle,
  xmlNamespace: string,
): Protocol {
  const serializer = new XmlShapeSerializer(xmlSettings(xmlNamespace));
  const envelopes = style === 'ec2' ? ec2Envelopes : queryEnvelopes;

  return {
    read({ body, query }) {
      const parameters = body.length > 0 ? new URLSearchParams(body.toString()) : query;
      const operation = parameters.get('Action') ?? '';
      const schema = operations.get(operation);
      if (!schema) {
        const message = `The action ${printable(operation)} is not valid for this web service.`;
        throw new AwsError('InvalidAction', message);
      }
      return { operation, input: readParameters(schema.input, parameters, style) };
    },
    answer(operation, output, requestId) {
      const schema = operations.get(operation);
      if (!schema) throw new Error(`${operation} has no schema`);
      return xml(200, envelopes.answer(schema, output, requestId));
    },
    refuse({ name, message, statusCode }, requestId) {
      const fault = statusCode >= 500 ? 'Receiver' : 'Sender';
      return xml(statusCode, envelopes.refusal(wireCode(errors, name), message, fault, requestId));
    },
  };

  function xml(status: number, [schema, value]: readonly [Schema, unknown]): WireAnswer {
    serializer.write(schema, value);
    return { status, headers: { 'content-type': 'text/xml;charset=UTF-8' }, body: serializer.flush() };
  }
}

const text = 0;
const metadata = envelope('ResponseMetadata', [['RequestId', text]]);
const queryError = envelope('Error', [
  ['Type', text],
  ['Code', text],
  ['Message', text],
]);
const ec2Errors = envelope('Errors', [
  [
    'Error',
    envelope('Error', [
      ['Code', text],
      ['Message', text],
    ]),
  ],
]);

const queryEnvelopes: Envelopes = {
  answer({ name, output }, value, RequestId) {
    const result: readonly (readonly [string, SchemaRef])[] = output.isUnitSchema()
      ? []
      : [[`${name}Result`, output.getSchema() as SchemaRef]];
    return [
      envelope(`${name}Response`, [...result, ['ResponseMetadata', metadata]]),
      { [`${name}Result`]: value ?? {}, ResponseMetadata: { RequestId } },
    ];
  },
  refusal: (Code, Message, Type, RequestId) => [
    envelope('ErrorResponse', [
      ['Error', queryError],
      ['RequestId', text],
    ]),
    { Error: { Type, Code, Message }, RequestId },
  ],
};

const ec2Envelopes: Envelopes = {
  answer: ({ name, output }, value, requestId) => [
    envelope(`${name}Response`, [['requestId', text], ...membersOf(output)]),
    { ...(value as object), requestId },
  ],
  refusal: (Code, Message, _fault, RequestID) => [
    envelope('Response', [
      ['Errors', ec2Errors],
      ['RequestID', text],
    ]),
    { Errors: { Error: { Code, Message } }, RequestID },
  ],
};
