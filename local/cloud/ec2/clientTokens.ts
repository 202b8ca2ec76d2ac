import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../errors.ts';
import { nowOf, tableOf, type World } from '../world.ts';

/** What a call with a client token once made. */
interface TokenRow {
  readonly parameters: object;
  readonly ids: readonly string[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

const tokens = tableOf<TokenRow>('ec2.clientTokens');

/** Source: EC2 developer guide, "Ensuring idempotency": up to 64 ASCII characters. */
const longestToken = 64;

/** AWS promises no more: a later call with the same token is a new one (source: EC2 developer guide, "Ensuring idempotency"). */
const tokenMilliseconds = 24 * 3_600_000;

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
 * other parameters is refused. Without a token, or with one of yesterday, every call creates.
 */
export function onceForToken(world: World, call: IdempotentCall, create: () => readonly string[]): readonly string[] {
  const { operation, token, scope, parameters } = call;
  if (token === undefined) return create();
  checkToken(token);
  const key = [operation, scope ?? '', token].join('/');
  const row = tokens(world).get(key);
  const known = row && nowOf(world) - row.at < tokenMilliseconds ? row : undefined;
  if (known && !isDeepStrictEqual(known.parameters, parameters)) {
    throw new AwsError(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  }
  if (known) return known.ids;
  const ids = create();
  tokens(world).put(key, { parameters, ids, at: nowOf(world) });
  return ids;
}

function checkToken(token: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about ASCII.
  if (token.length <= longestToken && /^[\x00-\x7f]+$/.test(token)) return;
  throw new AwsError('InvalidParameterValue', `Invalid value '${token}' for clientToken: up to 64 ASCII characters`);
}
