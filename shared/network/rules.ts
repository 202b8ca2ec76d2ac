/** As security groups name it; 4 is IP in IP. */
export type Protocol = 'tcp' | 'udp' | 'icmp' | '4' | 'all';

/** Who a rule of a pod network is about: `nodes` are all machines with a kubelet, masters and workers. */
export type Side = 'nodes' | 'masters' | 'workers';

/** One thing that must pass between machines, a line of a table. */
export interface Rule {
  readonly protocol: Protocol;
  readonly port: number;
  readonly toPort?: number;
  readonly from: Side;
  readonly to: Side;
  readonly why: string;
}
