import type { Architecture } from '../blueprint/blueprint.ts';

/**
 * What an instance type's name says (source: EC2's naming conventions): family letters, generation, attributes, size. The
 * attribute g is AWS' own processor (arm64); a1 was the first of them. Families u-… and mac are not offered.
 */
const NAME = /^(?<family>[a-z]+)(?<generation>\d+)(?<attributes>[a-z]*)(-[a-z0-9]+)?\.(?<size>[a-z0-9-]+)$/;

/** The processor of a type, or undefined where its name follows no known pattern. */
export function architectureOf(instanceType: string): Architecture | undefined {
  const parts = NAME.exec(instanceType)?.groups;
  if (parts === undefined || parts.family === 'mac') return undefined;
  return parts.attributes?.includes('g') || parts.family === 'a' ? 'arm64' : 'amd64';
}

/** Virtual processors by size; where sizes of a family differ from this (t and medium), see below. */
export function vCpusOf(instanceType: string): number | undefined {
  const { family = '', size = '' } = NAME.exec(instanceType)?.groups ?? {};
  if (['nano', 'micro', 'small', 'medium'].includes(size)) return family === 't' ? 2 : 1;
  if (size === 'large') return 2;
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  return times === undefined ? undefined : 4 * Number(times === '' ? 1 : times);
}

/** Whether the type counts to the quotas of the standard families (source: EC2's On-Demand quotas page). */
export function isStandardFamily(instanceType: string): boolean {
  return /^[acdhimrtz]\d/.test(instanceType);
}

/** Memory is too small for a control plane or a kubelet with its daemons below this (kubernetes.io: 2 GiB for a master). */
export const tooSmallForKubernetes = (instanceType: string): boolean => /\.(nano|micro)$/.test(instanceType);
