import { AwsError } from '../cloud/errors.ts';
import type { Principal } from '../cloud/principal.ts';
import { nowOf } from '../cloud/world.ts';
import type { EmbeddedWorld } from '../world/createWorld.ts';
import type { AccessKey } from './accessKey.ts';
import { authenticate } from './authenticate.ts';
import { callModel } from './callModel.ts';
import type { WireAnswer, WireError, WireRequest } from './message.ts';
import { servedService } from './services.ts';
import { type Signature, signatureOf } from './signature.ts';

/** What answers requests: a world, the key of its owner, and a source of request ids. */
export interface Served {
  readonly embedded: EmbeddedWorld;
  readonly key: AccessKey;
  newRequestId(): string;
}

/** The signing name of API Gateway's HTTP APIs. */
const httpApi = 'execute-api';

/** Answers one request in the words of the service that its signature names. */
export async function answerRequest(served: Served, request: WireRequest): Promise<WireAnswer> {
  const signature = signatureOf(request);
  if (!signature) return plainRefusal(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (signature.scope.service === httpApi) return answerHttpApi(served, request, signature);

  const service = await servedService(signature.scope.service);
  if (!service) {
    const message = `The embedded model of AWS has no service that signs as ${signature.scope.service}`;
    return isForm(request)
      ? xmlRefusal(403, 'UnknownServiceException', message)
      : plainRefusal(403, 'UnknownServiceException', message);
  }
  const { protocol, callerErrors } = service;
  const requestId = served.newRequestId();
  try {
    const principal = authenticate(served.embedded.world, served.key, request, signature, callerErrors);
    const { operation, input } = protocol.read(request);
    const output = await callModel(served.embedded, { principal, service: signature.scope.service, operation, input });
    return protocol.answer(operation, output, requestId);
  } catch (error) {
    return protocol.refuse(wireErrorOf(error as Error), requestId);
  }
}

const authorizerErrors = { unknownKey: 'UnrecognizedClientException', wrongSignature: 'InvalidSignatureException' };

/** Sends the time of the world, which runs at its own pace. SDKs would correct their own clocks by `Date`, so that stays the machine's. */
const worldTimeHeader = 'kubestep-world-time';

/** The project's own API, as API Gateway answers it. */
async function answerHttpApi(served: Served, request: WireRequest, signature: Signature): Promise<WireAnswer> {
  const { embedded, key } = served;
  let principal: Principal;
  try {
    principal = authenticate(embedded.world, key, request, signature, authorizerErrors);
  } catch (error) {
    return plainRefusal(403, (error as Error).name, (error as Error).message);
  }
  const { status, body } = await embedded.request({
    principal,
    method: request.method,
    path: request.path,
    ...(request.query.size > 0 && { query: joined(request.query) }),
    ...(request.body.length > 0 && { body: request.body.toString() }),
  });
  const time = new Date(nowOf(embedded.world)).toISOString();
  return { status, headers: { 'content-type': 'application/json', [worldTimeHeader]: time }, body };
}

/** Parameters that a request repeats are joined (source: API Gateway developer guide, payload format 2.0). */
const joined = (query: URLSearchParams): Record<string, string> =>
  Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));

/** Clients of the Query protocols, CloudFormation's for one, send forms and read XML. */
const isForm = ({ headers }: WireRequest): boolean =>
  (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

/** A refusal in the envelope of the Query protocol (source: Smithy, AWS query protocol, "Operation error serialization"). */
function xmlRefusal(status: number, name: string, message: string): WireAnswer {
  const text = message.replace(/[^\w .,:'()-]/g, '?');
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${name}</Code><Message>${text}</Message></Error></ErrorResponse>`,
  };
}

/** A refusal before it is known which service was meant. */
export function plainRefusal(status: number, name: string, message: string): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({ __type: name, message }),
  };
}

/** Errors of the API have AWS's names; anything else is a defect of the model, which a client must see as one. */
function wireErrorOf(error: Error): WireError {
  const { name, message } = error;
  if (error instanceof AwsError) {
    const { name: _name, statusCode, ...details } = error;
    return { name, message, statusCode, details };
  }
  if (name === 'NotModelled' || apiErrors.has(error.constructor.name)) {
    return { name, message, statusCode: 400, details: {} };
  }
  return { name: 'InternalFailure', message: `${name}: ${message}`, statusCode: 500, details: {} };
}

/** Classes of errors that the interpreter throws under AWS's names. */
const apiErrors: ReadonlySet<string> = new Set(['StepFunctionsError']);
