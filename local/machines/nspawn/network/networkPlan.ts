import type { BalancerConfiguration } from '../gateway/gatewayConfiguration.ts';

/** How the namespaces of one VPC must be: plain data, made from the model's tables. */
export interface NetworkPlan {
  readonly vpcId: string;
  /** The router's. */
  readonly namespace: string;
  readonly cidrBlocks: readonly string[];
  /** Where the VPC's resolver answers. */
  readonly dnsAddresses: readonly string[];
  readonly subnets: readonly PlannedSubnet[];
  readonly interfaces: readonly PlannedInterface[];
  /** Interfaces that the gateway serves itself: a balancer's nodes. */
  readonly nodes: readonly PlannedNode[];
  readonly groups: readonly PlannedGroup[];
  readonly routeTables: readonly PlannedRouteTable[];
  readonly balancers: readonly BalancerConfiguration[];
  /** What names of the VPC mean: load balancers and instances. */
  readonly names: Readonly<Record<string, readonly string[]>>;
}

export interface PlannedSubnet {
  readonly subnetId: string;
  readonly zone: string;
  readonly cidrBlock: string;
  readonly routerAddress: string;
}

/** An interface of an instance. */
export interface PlannedInterface {
  readonly networkInterfaceId: string;
  /** The router's end. */
  readonly deviceName: string;
  readonly instanceId: string;
  /** The machine's namespace, where the interface is eth0, eth1 and so on. */
  readonly namespace: string;
  readonly deviceIndex: number;
  readonly macAddress: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly routerAddress: string;
  readonly routeTableId: string;
  readonly groupIds: readonly string[];
  readonly sourceDestCheck: boolean;
  /** Its zone is lost: the link is down. */
  readonly dark: boolean;
  readonly reachesOutside: boolean;
  /** How many hops an answer of the metadata service lives. */
  readonly metadataHopLimit: number;
}

export interface PlannedNode {
  readonly address: string;
  readonly routeTableId: string;
  /** Without groups it filters nothing. */
  readonly groupIds: readonly string[];
  readonly dark: boolean;
  /** Of a node that faces the internet. */
  readonly publicEntrance?: PublicEntrance;
}

/** A public address, and whose way out and back in leads to which of its ports. */
export interface PublicEntrance {
  readonly address: string;
  readonly ports: readonly { readonly port: number; readonly deviceNames: readonly string[] }[];
}

export interface PlannedGroup {
  readonly groupId: string;
  readonly ingress: readonly PlannedRule[];
  readonly egress: readonly PlannedRule[];
}

export interface PlannedRule {
  /** `tcp`, `udp`, `icmp`, a protocol's number, or `-1` for all. */
  readonly protocol: string;
  /** -1 for all. For ICMP type and code. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: RulePeer;
}

/** A block, or the members of a group: interfaces of instances whatever they send as, and balancers' nodes by address. */
export type RulePeer =
  | { readonly cidrBlock: string }
  | { readonly deviceNames: readonly string[]; readonly addresses: readonly string[] };

/** The part of a route table that leads to interfaces. */
export interface PlannedRouteTable {
  readonly routeTableId: string;
  /** Linux's number for it. */
  readonly number: number;
  readonly routes: readonly PlannedRoute[];
}

export interface PlannedRoute {
  readonly destination: string;
  /** Missing when the route leads nowhere now. */
  readonly via?: { readonly address: string; readonly deviceName: string };
}
