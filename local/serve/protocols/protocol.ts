import type { NormalizedSchema } from '@smithy/core/schema';
import type { WireAnswer, WireError, WireRequest } from '../message.ts';

/** One request of one service, read. */
export interface ServiceRequest {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** How a service speaks on the wire. */
export interface Protocol {
  read(request: WireRequest): ServiceRequest;
  answer(operation: string, output: unknown, requestId: string): WireAnswer;
  refuse(error: WireError, requestId: string): WireAnswer;
}

/** The code of an error on the wire: Query services drop the class's suffix (`LoadBalancerNotFound`), which the schema has. */
export function wireCode(errors: ReadonlyMap<string, NormalizedSchema>, name: string): string {
  const traits = errors.get(name)?.getMergedTraits() as
    | { readonly awsQueryError?: readonly [string, number] }
    | undefined;
  return traits?.awsQueryError?.[0] ?? name;
}
