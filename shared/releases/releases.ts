import checksums from './checksums.json' with { type: 'json' };

export type Architecture = 'arm64' | 'amd64';

/** Which versions of everything belong to one Kubernetes version. */
export interface Release {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly containerd: string;
  readonly runc: string;
  readonly cniPlugins: string;
  /** kubelet's plugin for ECR, of cloud-provider-aws. No checksum of a published one is known: see ownPlugins. */
  readonly ecrCredentialProvider: string;
}

type Checksums = Readonly<Record<string, Readonly<Record<Architecture, string>>>>;
type KubernetesChecksums = Readonly<Record<string, Readonly<Record<Architecture, Readonly<Record<string, string>>>>>>;

/** The sha256 of every file that a machine may fetch, by component, version and architecture, as its publisher states it. */
export const publishedChecksums: { readonly kubernetes: KubernetesChecksums } & {
  readonly [Component in 'etcd' | 'containerd' | 'runc' | 'cni-plugins']: Checksums;
} = checksums;

/** It speaks a version of its protocol that every kubelet of these speaks. */
const plugins = { ecrCredentialProvider: '1.36.1' };

/**
 * What accompanies each minor version. containerd 2.3 is the long-term line (to April 2028) and starts at 2.3.4, because
 * earlier ones fail when the sandbox image is pinned by digest (containerd #13529). etcd 3.6.11 and later can be upgraded to 3.7.
 */
const companions: Readonly<Record<string, Omit<Release, 'kubernetes'>>> = {
  '1.35': { etcd: '3.6.14', containerd: '2.3.4', runc: '1.4.3', cniPlugins: '1.9.1', ...plugins },
  '1.36': { etcd: '3.6.14', containerd: '2.3.4', runc: '1.4.3', cniPlugins: '1.9.1', ...plugins },
};

/** `1.36` of `1.36.3` */
export const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

/** Every Kubernetes version whose files are all pinned, oldest first. */
export const offeredVersions: readonly string[] = Object.keys(publishedChecksums.kubernetes)
  .filter((version) => companions[minorOf(version)] !== undefined)
  .sort(compareVersions);

/** The newest version offered. */
export const newestVersion: string = offeredVersions.at(-1) ?? '';

/** What belongs to a Kubernetes version; undefined where it is not offered. */
export function releaseOf(kubernetes: string): Release | undefined {
  const rest = companions[minorOf(kubernetes)];
  return offeredVersions.includes(kubernetes) && rest !== undefined ? { kubernetes, ...rest } : undefined;
}

/** Orders versions by their numbers, not their letters: 1.9 before 1.10. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number));
  const difference = (left ?? []).map((part, index) => part - (right?.[index] ?? 0)).find((part) => part !== 0);
  return difference ?? 0;
}
