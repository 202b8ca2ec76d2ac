import { elbError, validationError } from './errors.ts';

/** What a group's attributes say of connections (source: NLB user guide, "Target group attributes"). */
export interface ConnectionAttributes {
  /** Targets see the address of the client, and their groups judge it. */
  readonly preserveClientAddress: boolean;
  /** How long connections outlive the moment in which their target is found unhealthy; undefined: for good. */
  readonly unhealthySeconds: number | undefined;
  /** How long connections outlive the deregistration of their target; undefined: for good. */
  readonly deregisteredSeconds: number | undefined;
}

const termination = 'target_health_state.unhealthy.connection_termination.enabled';
const draining = 'target_health_state.unhealthy.draining_interval_seconds';
const deregistration = 'deregistration_delay.timeout_seconds';

/** Source: ELBv2 API reference, TargetGroupAttribute. */
const ranges: Readonly<Record<string, { readonly max: number }>> = {
  [draining]: { max: 360_000 },
  [deregistration]: { max: 3600 },
};

/** What happens to the connections of a group of a network load balancer. */
export function connectionAttributes(attributes: Readonly<Record<string, string>>): ConnectionAttributes {
  const seconds = (key: string) => Number(attributes[key]);
  const isOn = (key: string) => attributes[key] === 'true';
  return {
    preserveClientAddress: isOn('preserve_client_ip.enabled'),
    // Without termination an interval of 0 means that targets never drain.
    unhealthySeconds: isOn(termination) ? 0 : seconds(draining) || undefined,
    deregisteredSeconds: isOn('deregistration_delay.connection_termination.enabled')
      ? seconds(deregistration)
      : undefined,
  };
}

/** Refuses attributes that are out of range or that exclude each other. */
export function checkTargetGroupAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [key, { max }] of Object.entries(ranges)) {
    const value = attributes[key];
    if (value !== undefined && !(/^\d+$/.test(value) && Number(value) <= max)) {
      throw validationError(`The value of '${key}' must be between 0 and ${max}`);
    }
  }
  if (attributes[termination] === 'true' && attributes[draining] !== '0') {
    throw elbError(
      'InvalidConfigurationRequest',
      `You cannot have both '${termination}' and an interval in '${draining}'`,
    );
  }
}
