import { isObject, type Json } from './json.ts';

/** What `lambda:invoke` asks for. */
export interface Invocation {
  readonly functionName: string;
  readonly payload: Json;
}

/** Reads the Arguments of `lambda:invoke`. Without a Payload the function gets an empty object; text is taken for JSON where it is JSON (observed). */
export function invocationOf(parameters: Json): Invocation {
  const { FunctionName, Payload = null } = isObject(parameters) ? parameters : {};
  return { functionName: String(FunctionName ?? ''), payload: payloadOf(Payload) };
}

/** What `lambda:invoke` answers, around what the function returned. */
export function invocationResult(payload: Json, requestId: string): Json {
  return {
    ExecutedVersion: '$LATEST',
    Payload: payload,
    SdkHttpMetadata: { HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: 200,
  };
}

function payloadOf(payload: Json): Json {
  if (payload === null) return {};
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload) as Json;
  } catch {
    return payload;
  }
}
