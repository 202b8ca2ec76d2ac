import type { Asset } from '../releases/sources.ts';

/** What is looked up in the account once, when a plan is made, so that a resume next week makes the same cluster. */
export interface Facts {
  readonly clusterId: string;
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  /** All available zones of the region. */
  readonly zones: readonly string[];
  /** `al2023/arm64` → ami-… */
  readonly images: Readonly<Record<string, string>>;
  /** Applied quotas by code, e.g. `L-93826ACB` → 500. */
  readonly quotas: Readonly<Record<string, number>>;
  /** How much of a quota is in use already, by the same codes; nothing is known of a code that is absent. */
  readonly usage?: Readonly<Record<string, number>>;
  /** Zones that offer an instance type. */
  readonly instanceTypeZones: Readonly<Record<string, readonly string[]>>;
  /** What each instance type has. */
  readonly instanceTypeSizes?: Readonly<Record<string, InstanceTypeSize>>;
  /** Interface endpoints that the spec asks for and AWS offers, by short names such as `ecr.api`. */
  readonly endpointServices?: Readonly<Record<string, EndpointService>>;
  /** Set where the spec names an existing VPC. */
  readonly existingVpc: ExistingVpc | undefined;
  readonly deployment: Deployment;
  /** The deployment's own files instead of the published releases, where it keeps a catalogue of them. */
  readonly assetCatalogue?: readonly Asset[];
}

export interface InstanceTypeSize {
  readonly vCpus: number;
  readonly memoryMiB: number;
}

export interface EndpointService {
  /** Zones in which AWS has endpoints of the service. */
  readonly zones: readonly string[];
  /** Whether an endpoint answers under the service's own name. */
  readonly hasPrivateName: boolean;
}

export interface ExistingVpc {
  readonly vpcId: string;
  /** Every range that is associated with it, the first one first. */
  readonly cidrs: readonly string[];
  readonly subnets: readonly ExistingSubnet[];
  /** `enableDnsSupport`: whether AWS's resolver answers in it. */
  readonly resolvesNames: boolean;
  /** `enableDnsHostnames`, which private names of endpoints need, too. */
  readonly givesHostnames: boolean;
  /** An `execute-api` endpoint with private DNS would catch the machines' calls to the Node API. */
  readonly hasPrivateNodeApiEndpoint?: boolean;
}

/** Where a default route leads: to an internet gateway, to something that translates or forwards (NAT, transit gateway), nowhere. */
export type WayOut = 'internet-gateway' | 'translated' | 'none';

export interface ExistingSubnet {
  readonly subnetId: string;
  readonly zone: string;
  readonly cidr: string;
  readonly wayOut: WayOut;
  /** Whether a machine that is launched into it gets a public address by itself. */
  readonly givesPublicAddresses: boolean;
  /** Addresses that others than this cluster use, so that no slot is promised one. */
  readonly addressesInUse?: readonly string[];
}

/** The stack's own resources that a cluster's roles and bundles name. */
export interface Deployment {
  /** `kubestep-dev-us-east-1`: part of every name and tag, so that two deployments of an account never meet. */
  readonly id: string;
  readonly stage: string;
  readonly bucket: string;
  readonly nodeApiUrl: string;
  /** API id of the HTTP API, for execute-api ARNs. */
  readonly nodeApiId: string;
  readonly permissionsBoundaryArn: string;
  /** Name of the SSM document through which machines are asked to do things. */
  readonly nodeVerbsDocument: string;
  readonly signingRoleArns: readonly string[];
  /** The one role that may change the policies of clusters' keys: of IssueCerts, which signs anyway. */
  readonly keyPolicyRoleArn: string;
  /** Roles that may schedule the deletion of a CA's key: CreateKeys removes doubles that a lost answer left. */
  readonly keyDeletionRoleArns: readonly string[];
}
