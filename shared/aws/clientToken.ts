import { createHash } from 'node:crypto';

/**
 * The create request with a ClientToken that follows from all of it, so that a repeated call answers with what the first one
 * made. EC2 refuses a token whose parameters differ (`IdempotentParameterMismatch`), as they would after a new release or
 * with another bundle: such a call is another one, with a token of its own. `parts` name what else sets a creation apart,
 * such as the attempt of a slot.
 */
export function withToken<Request extends object>(
  request: Request,
  ...parts: readonly (string | number)[]
): Request & { ClientToken: string } {
  // 64 hexadecimal digits: the longest token that EC2 takes.
  const ClientToken = createHash('sha256')
    .update(JSON.stringify([request, ...parts]))
    .digest('hex');
  return { ...request, ClientToken };
}
