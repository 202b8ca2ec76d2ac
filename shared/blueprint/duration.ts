import type { Blueprint } from './blueprint.ts';

/** A wait that AWS or a machine imposes, and where its length was seen. */
export interface Delay {
  readonly what: string;
  readonly seconds: number;
  readonly source: string;
}

/** How long a create must take at least: its longest chain of waits, not the sum of all. */
export interface CriticalPath {
  readonly seconds: number;
  readonly delays: readonly Delay[];
}

const observed = 'median of public provisioning logs';
const estimated = 'estimate';

const network: Delay = { what: 'VPC and subnets', seconds: 4, source: estimated };
const natGateway: Delay = { what: 'NAT gateway available', seconds: 106, source: `${observed}, n=16 (84 to 125 s)` };
const loadBalancer: Delay = { what: 'load balancer active', seconds: 157, source: `${observed}, n=3 (142 to 161 s)` };
const targets: Delay = {
  what: 'targets healthy after the first check',
  seconds: 120,
  source: 'reports of 90 to 180 s',
};
/** What AWS takes by itself, where a state does little but wait for it. */
export const awsWaits = { natGateway, loadBalancer, targets } as const;

const launch: Delay = {
  what: 'machine launched and booted',
  seconds: 19,
  source: 'launch and boot benchmarks: 1.5 s call, 5 s pending, 12 s to user data',
};
const fetch: Delay = { what: 'files fetched and checked', seconds: 25, source: estimated };
const etcd: Delay = { what: 'etcd has a leader', seconds: 5, source: estimated };
const controlPlane: Delay = { what: 'API servers ready', seconds: 15, source: estimated };
const overlay: Delay = { what: 'pod network and addons ready', seconds: 30, source: estimated };
const join: Delay = { what: 'workers launched and joined', seconds: 70, source: estimated };

/**
 * The longest chain of waits of a create. Machines start beside the NAT gateway and the load balancer and retry until both
 * are there; targets are registered early, so their health is waited for beside the pod network and the workers.
 */
export function criticalPathOf(blueprint: Blueprint): CriticalPath {
  const wayOut = blueprint.natGateways.length > 0 ? [natGateway] : [];
  const viaMachines = [network, ...wayOut, launch, fetch, etcd, controlPlane, overlay, ...workers(blueprint)];
  const viaBalancer = [network, loadBalancer, targets];
  return [viaMachines, viaBalancer]
    .map(pathOf)
    .reduce((longest, path) => (path.seconds > longest.seconds ? path : longest));
}

const workers = ({ nodeGroups }: Blueprint): readonly Delay[] =>
  nodeGroups.some(({ size }) => size.desired > 0) ? [join] : [];

const pathOf = (delays: readonly Delay[]): CriticalPath => ({
  seconds: delays.reduce((sum, { seconds }) => sum + seconds, 0),
  delays,
});
