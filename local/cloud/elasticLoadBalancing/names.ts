import { validationError } from './errors.ts';

/** Source: ELBv2 API reference: up to 32 characters, alphanumeric or hyphens, none of these at the ends. */
const legal = /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/;

/** Refuses a name that ELBv2 refuses. */
export function checkName(kind: 'Load balancer' | 'Target group', name: string): void {
  if (name.length > 32) throw validationError(`${kind} name '${name}' cannot be longer than '32' characters`);
  if (!legal.test(name)) {
    throw validationError(
      `${kind} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-), ` +
        'and cannot begin or end with a hyphen',
    );
  }
  if (kind === 'Load balancer' && name.startsWith('internal-')) {
    throw validationError(`The load balancer name '${name}' cannot begin with 'internal-'`);
  }
}
