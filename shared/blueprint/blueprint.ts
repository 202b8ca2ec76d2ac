import type { Protocol } from '../network/rules.ts';
import type { Architecture } from '../releases/releases.ts';
import type { Asset } from '../releases/sources.ts';
import type { ComponentName } from '../spec/componentsSchema.ts';

/**
 * What a cluster consists of, as plain data without order. Plan, price, create, drift, repair and export are functions of
 * this and of an observation; the order in which things are made lives only in the state machines.
 *
 * A `key` names a resource within its kind (`private-us-east-1a`, `master-0`) and never changes; it is the value of the tag
 * `kubestep/resource`, prefixed by its kind (`subnet/private-us-east-1a`).
 */
export interface Blueprint {
  readonly cluster: ClusterIdentity;
  readonly vpc: VpcBlueprint;
  readonly subnets: readonly SubnetBlueprint[];
  /** Absent in a VPC that somebody else owns. */
  readonly internetGateway: { readonly key: 'main' } | undefined;
  readonly natGateways: readonly NatGatewayBlueprint[];
  readonly routeTables: readonly RouteTableBlueprint[];
  readonly endpoints: readonly EndpointBlueprint[];
  readonly securityGroups: readonly SecurityGroupBlueprint[];
  readonly roles: readonly RoleBlueprint[];
  readonly keys: readonly KeyBlueprint[];
  readonly loadBalancer: LoadBalancerBlueprint;
  readonly slots: readonly SlotBlueprint[];
  readonly nodeGroups: readonly NodeGroupBlueprint[];
  readonly assets: readonly Asset[];
  readonly kubernetes: KubernetesBlueprint;
}

export interface ClusterIdentity {
  /** Name and random suffix: `demo-x7k2pbc4dfg`. Everything of the cluster is named and tagged by it. */
  readonly id: string;
  /** The deployment that the cluster belongs to: `kubestep-dev-us-east-1`. */
  readonly deploymentId: string;
  readonly name: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  readonly zones: readonly string[];
  /** The operator's own tags, put on everything beside ours. */
  readonly tags: Readonly<Record<string, string>>;
}

export type VpcBlueprint =
  | { readonly kind: 'created'; readonly key: 'main'; readonly cidr: string }
  | {
      readonly kind: 'existing';
      readonly vpcId: string;
      /** Every range of the VPC, the first one first. */
      readonly cidrs: readonly string[];
    };

export interface SubnetBlueprint {
  /** `public-ZONE`, `private-ZONE`, or `control-ZONE`: private too, and only for slots. */
  readonly key: string;
  readonly zone: string;
  readonly access: 'public' | 'private';
  readonly cidr: string;
  /** Set where the subnet belongs to an existing VPC: used, never changed or deleted. */
  readonly existingSubnetId?: string;
  /** Tags that Kubernetes' own controllers look for. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface NatGatewayBlueprint {
  /** The zone, or `shared`. */
  readonly key: string;
  readonly subnetKey: string;
}

export interface RouteTableBlueprint {
  /** `public`, or `private-KEY` with the key of its NAT gateway. */
  readonly key: string;
  readonly subnetKeys: readonly string[];
  readonly defaultRoute:
    | { readonly via: 'internetGateway' }
    | { readonly via: 'natGateway'; readonly natGatewayKey: string };
}

export type EndpointBlueprint =
  | {
      readonly key: string;
      readonly kind: 'gateway';
      readonly service: string;
      readonly routeTableKeys: readonly string[];
    }
  | {
      readonly key: string;
      readonly kind: 'interface';
      readonly service: string;
      readonly subnetKeys: readonly string[];
      readonly securityGroupKey: string;
    };

export type SecurityGroupKey = 'masters' | 'workers' | 'etcd' | 'loadBalancer' | 'endpoints';

export interface SecurityGroupBlueprint {
  readonly key: SecurityGroupKey;
  /** clusterId and key: unique in the VPC. */
  readonly name: string;
  readonly description: string;
  readonly ingress: readonly RuleBlueprint[];
  readonly egress: readonly RuleBlueprint[];
}

export interface RuleBlueprint {
  readonly protocol: Protocol;
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer:
    | { readonly securityGroupKey: SecurityGroupKey }
    | { readonly cidr: string }
    /** The public address of that NAT gateway: what machines behind it look like to a public load balancer. */
    | { readonly natGatewayKey: string };
  /** Becomes the rule's description. */
  readonly why: string;
}

export type MachineRole = 'master' | 'etcd' | 'worker';

export interface RoleBlueprint {
  readonly key: MachineRole;
  /** Contains the region, because roles are global: `demo-x7k2p-us-east-1-master`. At most 64 characters. */
  readonly name: string;
  /** `/kubestep/DEPLOYMENT/` */
  readonly path: string;
  /** Only `ec2.amazonaws.com` may assume it. */
  readonly statements: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export type AuthorityName = 'kubernetes' | 'etcd' | 'front-proxy';

export type KeyBlueprint =
  | {
      readonly key: `${AuthorityName}-ca`;
      readonly purpose: 'authority';
      readonly authority: AuthorityName;
      readonly alias: string;
    }
  /** Wraps the service-account and secrets-encryption keys. */
  | { readonly key: 'secrets'; readonly purpose: 'secrets'; readonly alias: string }
  | { readonly key: 'volumes'; readonly purpose: 'volumes'; readonly alias: string };

export interface LoadBalancerBlueprint {
  readonly key: 'api';
  /** At most 32 characters. */
  readonly name: string;
  readonly scheme: 'internal' | 'internet-facing';
  readonly subnetKeys: readonly string[];
  readonly securityGroupKey: 'loadBalancer';
  readonly targetGroup: {
    readonly name: string;
    /** TCP to the API servers, checked by HTTPS. */
    readonly port: number;
    readonly healthCheckPath: '/readyz';
    readonly healthCheckIntervalSeconds: number;
    readonly healthyThreshold: number;
  };
  readonly listenerPort: number;
}

/** A place for an etcd member or a master that outlives its instances: zone, fixed address, encrypted volume. */
export interface SlotBlueprint {
  /** `master-0` … or `etcd-0` … */
  readonly key: string;
  readonly role: 'master' | 'etcd';
  /** Whether the slot's machine runs an etcd member and an API server. */
  readonly runs: { readonly etcd: boolean; readonly controlPlane: boolean };
  readonly zone: string;
  readonly subnetKey: string;
  readonly address: string;
  readonly securityGroupKeys: readonly SecurityGroupKey[];
  /** Undefined where the slot holds no data (a master beside dedicated etcd machines). */
  readonly volume: VolumeBlueprint | undefined;
  readonly machine: MachineBlueprint;
}

export interface VolumeBlueprint {
  readonly type: 'gp3' | 'io2';
  readonly sizeGiB: number;
  readonly iops: number;
  /** gp3 only. */
  readonly throughputMiBps?: number;
}

export interface MachineBlueprint {
  readonly instanceTypes: readonly [string, ...string[]];
  readonly architecture: Architecture;
  readonly image: 'al2023' | 'ubuntu2404';
  /** Resolved once, when the plan was made. */
  readonly imageId: string;
  readonly rootVolume: VolumeBlueprint;
}

export interface NodeGroupBlueprint {
  readonly name: string;
  /** Name of the Auto Scaling group and of its launch template: clusterId and name. */
  readonly groupName: string;
  readonly machine: MachineBlueprint;
  readonly subnetKeys: readonly string[];
  readonly size: { readonly min: number; readonly max: number; readonly desired: number };
  readonly spot: { readonly percentAboveBase: number; readonly onDemandBase: number };
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly {
    readonly key: string;
    readonly value: string;
    readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  }[];
}

/** A file that machines fetch: pinned by checksum, mirrored to `assets/sha256/…` of the deployment's bucket. */
/** What the components need to know; rendered into bundles. */
export interface KubernetesBlueprint {
  readonly version: string;
  readonly etcdVersion: string;
  readonly podCIDR: string;
  readonly serviceCIDR: string;
  /** First address of the service range: the `kubernetes` Service. */
  readonly serviceAddress: string;
  readonly dnsAddress: string;
  readonly clusterDomain: string;
  readonly plugin: 'flannel' | 'calico' | 'routed';
  readonly calicoMode: 'vxlan' | 'bgp-cross-subnet';
  readonly nodeMaskSize: number;
  readonly additionalSANs: readonly string[];
  readonly extraArguments: Readonly<Record<ComponentName, Readonly<Record<string, string>>>>;
  readonly podSecurity: 'privileged' | 'baseline' | 'restricted';
  readonly secretsEncryption: boolean;
  /** YAML of audit.k8s.io/v1 Policy. */
  readonly auditPolicy: string;
  readonly oidc:
    | {
        readonly issuerUrl: string;
        readonly clientId: string;
        readonly usernameClaim: string;
        readonly groupsClaim: string;
      }
    | undefined;
  readonly addons: readonly AddonName[];
}

export type AddonName = 'coredns' | 'aws-cloud-controller-manager' | 'aws-ebs-csi-driver' | 'metrics-server';
