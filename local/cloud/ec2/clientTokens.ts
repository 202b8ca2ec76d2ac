import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../errors.ts';
import { tableOf, type World } from '../world.ts';

/** What a call with a client token once made. */
interface TokenRow {
  readonly parameters: object;
  readonly ids: readonly string[];
}

const tokens = tableOf<TokenRow>('ec2.clientTokens');

/** Source: EC2 developer guide, "Ensuring idempotency": up to 64 ASCII characters. */
const longestToken = 64;

export interface IdempotentCall {
  readonly operation: string;
  readonly token: string | undefined;
  /** Tokens of RunInstances count per zone when the request names one. */
  readonly scope?: string | undefined;
  /** The request without its token, as plain JSON. */
  readonly parameters: object;
}

/**
 * Creates once for each client token: a repeated call with the same parameters answers the ids of the first, one with
 * other parameters is refused. Without a token every call creates.
 */
export function onceForToken(world: World, call: IdempotentCall, create: () => readonly string[]): readonly string[] {
  const { operation, token, scope, parameters } = call;
  if (token === undefined) return create();
  checkToken(token);
  const key = [operation, scope ?? '', token].join('/');
  const known = tokens(world).get(key);
  if (known && !isDeepStrictEqual(known.parameters, parameters)) {
    throw new AwsError(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  }
  if (known) return known.ids;
  const ids = create();
  tokens(world).put(key, { parameters, ids });
  return ids;
}

function checkToken(token: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about ASCII.
  if (token.length <= longestToken && /^[\x00-\x7f]+$/.test(token)) return;
  throw new AwsError('InvalidParameterValue', `Invalid value '${token}' for clientToken: up to 64 ASCII characters`);
}
