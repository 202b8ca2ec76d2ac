import type { ConnectionAttributes } from '../../../cloud/elasticLoadBalancing/targetGroupAttributes.ts';

/** What a gateway serves in its VPC. Every configuration is whole: what it does not name ends. */
export interface GatewayConfiguration {
  /** Addresses of names. `*.amazonaws.com` stands for everything below that domain; the longest match decides. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Where the resolver listens, on port 53. */
  readonly dnsAddresses: readonly string[];
  /** The unix socket of the parent's HTTP server, which answers for metadata and AWS. */
  readonly requestSocket: string;
  /** OCI image layouts: `<folder>/<host>/<repository>/`. Of two folders that have an image, the first counts. */
  readonly registryFolders?: readonly string[];
  readonly balancers: readonly BalancerConfiguration[];
}

export interface BalancerConfiguration {
  readonly arn: string;
  readonly nodes: readonly BalancerNode[];
  readonly listeners: readonly BalancerListener[];
}

export interface BalancerNode {
  /** Private: targets see connections come from here. */
  readonly address: string;
  /** Of a balancer that faces the internet: it listens there too. */
  readonly publicAddress?: string;
  readonly zone: string;
}

export interface BalancerListener {
  readonly port: number;
  readonly group: TargetGroupConfiguration;
}

export interface TargetGroupConfiguration {
  readonly arn: string;
  /** Off: a node serves targets of its own zone only. */
  readonly crossZone: boolean;
  readonly healthCheck: TargetHealthCheck;
  readonly connections: ConnectionAttributes;
  readonly targets: readonly Target[];
}

export interface TargetHealthCheck {
  readonly protocol: 'TCP' | 'HTTP' | 'HTTPS';
  /** Missing: the target's own. */
  readonly port?: number;
  readonly path?: string;
  /** As ELBv2 writes them: `200`, `200,202`, `200-399`. */
  readonly httpCodes?: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface Target {
  readonly address: string;
  readonly port: number;
  /** Missing for an address of every zone. */
  readonly zone?: string;
}

/** A target began to answer its checks, or stopped. */
export interface TargetHealthChange {
  readonly targetGroupArn: string;
  readonly address: string;
  readonly port: number;
  readonly serving: boolean;
  /** Milliseconds since the epoch: the first of the checks in a row that passed, or failed. */
  readonly since: number;
}

/** Key and certificate of AWS's endpoints, in PEM files. */
export interface EndpointCertificate {
  readonly keyFile: string;
  readonly certificateFile: string;
}

/** Documentation addresses (source: RFC 5737, TEST-NET-2) that stand for what lies outside a VPC. */
export const awsAddress = '198.51.100.10';
export const registryAddress = '198.51.100.11';

/** Source: EC2 user guide, "Access instance metadata". */
export const metadataAddress = '169.254.169.254';

/** Source: VPC user guide, "Amazon DNS server". */
export const linkLocalDnsAddress = '169.254.169.253';
