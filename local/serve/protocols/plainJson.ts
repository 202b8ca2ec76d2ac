import { AwsError } from '../../cloud/errors.ts';
import { readBody } from './json.ts';
import type { Protocol } from './protocol.ts';

/** AWS JSON 1.1 of a service whose members are all text, numbers and lists of them, so that no schema is needed: CloudWatch Logs, and ECR's login. */
export function plainJsonProtocol(): Protocol {
  const headers = (requestId: string) => ({
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': requestId,
  });
  return {
    read({ headers: given, body }) {
      const operation = (given['x-amz-target'] ?? '').split('.').at(-1) ?? '';
      if (!/^\w+$/.test(operation)) throw new AwsError('UnknownOperationException', 'The request names no operation');
      return { operation, input: body.length === 0 ? {} : readBody(() => JSON.parse(body.toString())) };
    },
    answer: (_operation, output, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: JSON.stringify(output ?? {}),
    }),
    refuse: ({ name, message, statusCode }, requestId) => ({
      status: statusCode,
      headers: headers(requestId),
      body: JSON.stringify({ __type: name, message }),
    }),
  };
}
