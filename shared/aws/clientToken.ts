import { createHash } from 'node:crypto';

/**
 * The ClientToken of a create: the same for the same resource of the same cluster, so that a repeated call answers with
 * what the first one made. `parts` name what else a new creation differs in, such as the parent or the attempt of a slot.
 */
export function clientToken(clusterId: string, resource: string, ...parts: readonly (string | number)[]): string {
  // 64 hexadecimal digits: the longest token that EC2 takes.
  return createHash('sha256')
    .update(JSON.stringify([clusterId, resource, ...parts]))
    .digest('hex');
}
