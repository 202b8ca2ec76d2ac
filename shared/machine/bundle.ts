import type { AuthorityName, Blueprint } from '../blueprint/blueprint.ts';
import type { MachinePlace } from '../blueprint/machinePlace.ts';
import type { ProfileName } from '../pki/profiles.ts';
import type { Asset } from '../releases/sources.ts';
import type { Component } from './components.ts';

/**
 * Everything that a machine of one slot, or all machines of one node group, are configured by: named by its content, the
 * same bytes for the same input, and without a secret.
 */
export interface Bundle {
  readonly format: 1;
  readonly cluster: BundleCluster;
  /** Which machines boot from it. */
  readonly machine: MachinePlace;
  /** Binaries, fetched from `assets/sha256/SHA256` of the bucket, each with the component that runs it. */
  readonly assets: readonly BundleAsset[];
  /** The certificates that the machine asks for, and where their files are. */
  readonly certificates: readonly BundleCertificate[];
  /** Keys that KMS unwraps at each boot, into memory. */
  readonly wrappedKeys: readonly WrappedKey[];
  /** systemd units of the components, in the order they start. */
  readonly units: readonly string[];
  readonly files: readonly BundleFile[];
}

/** The part of a bundle that comes before its files. */
export type BundleHead = Omit<Bundle, 'files'>;

export interface BundleCluster {
  readonly id: string;
  readonly region: string;
  readonly bucket: string;
  readonly nodeApiUrl: string;
  /** DNS name of the API's load balancer. */
  readonly endpoint: string;
  /** Where this machine reaches the API: itself on a master, the load balancer elsewhere. */
  readonly apiServer: string;
  readonly kubernetesVersion: string;
  readonly etcdVersion: string;
}

export type BundleAsset = Pick<Asset, 'name' | 'version' | 'sha256' | 'form'> & { readonly component: Component };

export interface BundleCertificate {
  readonly profile: ProfileName;
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/** A key of the masters as KMS wrapped it, bound to cluster and purpose. */
export interface WrappedKey {
  readonly purpose: 'service-account' | 'secrets-encryption';
  readonly keyArn: string;
  /** Base64. */
  readonly ciphertext: string;
}

export interface BundleFile {
  readonly path: string;
  /** As chmod takes it. */
  readonly mode: '0644' | '0600' | '0755';
  readonly content: string;
}

/** What a bundle is made of; everything in it is stored, so that the same bundle can be made again. */
export interface BundleInput {
  readonly blueprint: Blueprint;
  /** Which machines boot from it. */
  readonly machine: MachinePlace;
  /** DNS name of the API's load balancer. */
  readonly endpoint: string;
  readonly deployment: { readonly bucket: string; readonly nodeApiUrl: string };
  /** Ids of the slots' EBS volumes by the slots' keys: a machine mounts its own and no other. */
  readonly volumeIds: Readonly<Record<string, string>>;
  /** PEM of the CA certificates. */
  readonly authorities: Readonly<Record<AuthorityName, string>>;
  /** PEM of the key that verifies service-account tokens. */
  readonly serviceAccountPublicKey: string;
  readonly wrappedKeys: readonly WrappedKey[];
}

/** A bundle as it is stored. */
export interface RenderedBundle {
  readonly bundle: Bundle;
  /** JSON with one file a line, which the node script takes apart without a JSON parser. */
  readonly text: string;
  readonly sha256: string;
}
