import * as z from 'zod';
import { validationError } from './errors.ts';

/** How a target group finds out whether a target serves. */
export interface HealthCheckSettings {
  readonly protocol: 'TCP' | 'HTTP' | 'HTTPS';
  /** A number, or `traffic-port` for the one that the target was registered with. */
  readonly port: string;
  readonly path?: string;
  readonly httpCodes?: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** Ranges as in the ELBv2 API model. */
export const healthCheckInput = {
  HealthCheckProtocol: z.enum(['TCP', 'HTTP', 'HTTPS']).optional(),
  HealthCheckPort: z.string().optional(),
  HealthCheckEnabled: z.literal(true).optional(),
  HealthCheckPath: z.string().min(1).max(1024).optional(),
  HealthCheckIntervalSeconds: z.number().int().min(5).max(300).optional(),
  HealthCheckTimeoutSeconds: z.number().int().min(2).max(120).optional(),
  HealthyThresholdCount: z.number().int().min(2).max(10).optional(),
  UnhealthyThresholdCount: z.number().int().min(2).max(10).optional(),
  Matcher: z.strictObject({ HttpCode: z.string() }).optional(),
};

const inputObject = z.strictObject(healthCheckInput);
type HealthCheckInput = z.infer<typeof inputObject>;

/** Source: ELBv2 API reference, CreateTargetGroup: defaults for groups behind a network load balancer, then an application one. */
const networkDefaults = { intervalSeconds: 30, timeoutSeconds: 10, healthyThreshold: 5, unhealthyThreshold: 2 };
const applicationDefaults = { intervalSeconds: 30, timeoutSeconds: 5, healthyThreshold: 5, unhealthyThreshold: 2 };

/** The settings of a new group. */
export function newHealthCheck(groupProtocol: string, input: HealthCheckInput): HealthCheckSettings {
  const isApplication = groupProtocol.startsWith('HTTP');
  const protocol = input.HealthCheckProtocol ?? (isApplication ? 'HTTP' : 'TCP');
  if (isApplication && protocol === 'TCP') {
    throw validationError(
      `Health check protocol 'TCP' is not supported for target groups with the protocol '${groupProtocol}'`,
    );
  }
  const defaults = isApplication ? applicationDefaults : networkDefaults;
  const overHttp = protocol === 'TCP' ? {} : { path: '/', httpCodes: isApplication ? '200' : '200-399' };
  return changedHealthCheck({ protocol, port: 'traffic-port', ...defaults, ...overHttp }, input);
}

/** Settings after a change, as ELBv2 accepts them. */
export function changedHealthCheck(present: HealthCheckSettings, input: HealthCheckInput): HealthCheckSettings {
  const protocol = input.HealthCheckProtocol ?? present.protocol;
  if (protocol === 'TCP' && (input.HealthCheckPath !== undefined || input.Matcher !== undefined)) {
    throw validationError('Health check path and matcher need a health check protocol of HTTP or HTTPS');
  }
  const { path, httpCodes, ...timing } = present;
  const overHttp = {
    path: input.HealthCheckPath ?? path ?? '/',
    httpCodes: checkedCodes(input.Matcher?.HttpCode ?? httpCodes ?? '200-399'),
  };
  const changed: HealthCheckSettings = {
    ...timing,
    protocol,
    port: checkedPort(input.HealthCheckPort ?? present.port),
    intervalSeconds: input.HealthCheckIntervalSeconds ?? present.intervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? present.timeoutSeconds,
    healthyThreshold: input.HealthyThresholdCount ?? present.healthyThreshold,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? present.unhealthyThreshold,
    ...(protocol === 'TCP' ? {} : overHttp),
  };
  if (changed.timeoutSeconds > changed.intervalSeconds) {
    throw validationError('Health check timeout must be smaller than or equal to the interval');
  }
  return changed;
}

function checkedPort(port: string): string {
  if (port === 'traffic-port' || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) return port;
  throw validationError(`Health check port '${port}' must be in range 1-65535 or be 'traffic-port'`);
}

/** `200`, `200,202` or `200-299`, within 200 to 599. */
function checkedCodes(codes: string): string {
  const all = codes.split(/[,-]/);
  if (all.every((code) => /^[2-5]\d\d$/.test(code))) return codes;
  throw validationError(`Health check matcher HTTP code '${codes}' must be within 200-599`);
}
