import * as z from 'zod';
import { validationError } from './errors.ts';

/** What a new balancer has (source: ELBv2 API reference, LoadBalancerAttribute). */
export const defaultLoadBalancerAttributes: Readonly<
  Record<'network' | 'application', Readonly<Record<string, string>>>
> = {
  network: {
    'access_logs.s3.enabled': 'false',
    'access_logs.s3.bucket': '',
    'access_logs.s3.prefix': '',
    'deletion_protection.enabled': 'false',
    'dns_record.client_routing_policy': 'any_availability_zone',
    'load_balancing.cross_zone.enabled': 'false',
    'zonal_shift.config.enabled': 'false',
  },
  application: {
    'access_logs.s3.enabled': 'false',
    'access_logs.s3.bucket': '',
    'access_logs.s3.prefix': '',
    'deletion_protection.enabled': 'false',
    'idle_timeout.timeout_seconds': '60',
    'load_balancing.cross_zone.enabled': 'true',
    'routing.http2.enabled': 'true',
  },
};

/** The `Attributes` parameter of every Modify…Attributes. */
export const attributesInput = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));

/** Attributes as ELBv2 shows them. */
export function shownAttributes(attributes: Readonly<Record<string, string>>) {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}

/** The attributes after a change; a key that the resource does not have is refused. */
export function changedAttributes(
  attributes: Readonly<Record<string, string>>,
  changes: z.infer<typeof attributesInput>,
): Record<string, string> {
  const unknown = changes.find(({ Key }) => !Object.hasOwn(attributes, Key));
  if (unknown) throw validationError(`Attribute key '${unknown.Key}' is not recognized`);
  return { ...attributes, ...Object.fromEntries(changes.map(({ Key, Value }) => [Key, Value])) };
}
