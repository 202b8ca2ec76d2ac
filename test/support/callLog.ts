import type { CallObserver, CloudCall } from '../../local/cloud/cloud.ts';
import type { Principal } from '../../local/cloud/principal.ts';

/** Every call to AWS by whomever, and every refusal by IAM. */
export interface CallLog {
  readonly observer: CallObserver;
  readonly calls: readonly CloudCall[];
  /** Who was refused what, in words. */
  readonly refusals: readonly string[];
  /** Forgets what was before. */
  clear(): void;
}

export function callLog(): CallLog {
  const calls: CloudCall[] = [];
  const refusals: string[] = [];
  return {
    calls,
    refusals,
    observer: {
      before: (call) => void calls.push(call),
      denied: ({ principal }, { action, resource }) => void refusals.push(`${whoIs(principal)}: ${action} ${resource}`),
    },
    clear() {
      calls.length = 0;
      refusals.length = 0;
    },
  };
}

/** The services in which a cluster's resources live; the store, logs and executions are the deployment's own. */
const resourceServices: ReadonlySet<string> = new Set(['ec2', 'iam', 'kms', 'elasticloadbalancing', 'autoscaling']);

const reads = /^(Describe|Get|List|Decrypt|Sign|Verify)/;

/** Calls of functions that may change a cluster's resources. What EC2's Auto Scaling does by itself is not among them. */
export const resourceWrites = (calls: readonly CloudCall[]): string[] =>
  resourceCalls(calls)
    .filter(({ operation }) => !reads.test(operation))
    .map(({ principal, service, operation }) => `${whoIs(principal)}: ${service}:${operation}`);

/** Calls of functions to the services in which a cluster's resources live. */
export const resourceCalls = (calls: readonly CloudCall[]): CloudCall[] =>
  calls.filter(({ principal, service }) => principal.kind === 'role' && resourceServices.has(service));

function whoIs(principal: Principal): string {
  if (principal.kind === 'service') return principal.service;
  return principal.kind === 'role' ? principal.sessionName : principal.kind;
}
