import { type VCpuQuota, vCpuQuotas } from '../awsLimits.ts';
import type { Architecture } from '../releases/releases.ts';

/**
 * What an instance type's name says (source: EC2's naming conventions): family letters, generation, attributes, a suffix, size.
 * The attribute g is AWS's own processor (arm64); a1 was the first of them. Families u-… and mac are not offered.
 */
const NAME = /^(?<family>[a-z]+)(?<generation>\d+)(?<attributes>[a-z]*)(-(?<suffix>[a-z0-9]+))?\.(?<size>[a-z0-9-]+)$/;

interface NameParts {
  readonly family: string;
  readonly generation: string;
  readonly attributes: string;
  /** `b200` of p6-b200, `flex` of m7i-flex */
  readonly suffix: string;
  readonly size: string;
}

function partsOf(instanceType: string): NameParts | undefined {
  const { family, generation = '', attributes = '', suffix = '', size = '' } = NAME.exec(instanceType)?.groups ?? {};
  return family === undefined ? undefined : { family, generation, attributes, suffix, size };
}

/** The processor of a type, or undefined where its name follows no known pattern. */
export function architectureOf(instanceType: string): Architecture | undefined {
  const parts = partsOf(instanceType);
  if (parts === undefined || parts.family === 'mac') return undefined;
  // NVIDIA's Grace, as in p6e-gb200, is an Arm processor, too.
  const isArm = parts.attributes.includes('g') || parts.family === 'a' || parts.suffix.startsWith('gb');
  return isArm ? 'arm64' : 'amd64';
}

/** Virtual processors by the size's name; undefined where the name does not say. */
export function vCpusOf(instanceType: string): number | undefined {
  const parts = partsOf(instanceType);
  if (parts === undefined) return undefined;
  const { family, generation, attributes, size } = parts;
  const series = `${family}${generation}${attributes}`;
  if (size === 'metal') return metalVCpus[series];
  const exception = exceptions[`${series}.${size}`] ?? exceptions[series];
  if (exception !== undefined) return typeof exception === 'number' ? exception : exception(sizeFactor(size));
  if (['nano', 'micro', 'small', 'medium'].includes(size))
    return instanceType.startsWith('t') && series !== 't1' ? 2 : 1;
  if (size === 'large') return 2;
  const factor = sizeFactor(size);
  return factor === undefined ? undefined : 4 * factor;
}

/** 1 of xlarge, 24 of 24xlarge and of metal-24xl. */
function sizeFactor(size: string): number | undefined {
  const times = /^(\d*)xlarge$/.exec(size)?.[1] ?? /^metal-(\d+)xl$/.exec(size)?.[1];
  return times === undefined ? undefined : Number(times === '' ? 1 : times);
}

/** Families that count processors unlike the others: hpc has no second thread a core, the first generations had sizes of their own. */
const exceptions: Readonly<Record<string, number | ((factor: number | undefined) => number | undefined)>> = {
  hpc6a: (factor) => factor && 2 * factor,
  hpc6id: (factor) => factor && 2 * factor,
  hpc7a: (factor) => factor && 2 * factor,
  hpc8a: (factor) => factor && 2 * factor,
  't2.nano': 1,
  't2.micro': 1,
  't2.small': 1,
  'c1.medium': 2,
  'c1.xlarge': 8,
  'm2.xlarge': 2,
  'm2.2xlarge': 4,
  'm2.4xlarge': 8,
  'hs1.8xlarge': 16,
};

/** Where the size says only "metal" (source: EC2 instance type pages). */
const metalVCpus: Readonly<Record<string, number>> = {
  a1: 16,
  ...each(['c5', 'c5d', 'm5', 'm5d', 'm5n', 'm5dn', 'r5', 'r5b', 'r5d', 'r5n', 'r5dn', 'i3en', 'g4dn'], 96),
  ...each(['c5n', 'i3'], 72),
  ...each(['m5zn', 'z1d', 'x2iezn'], 48),
  ...each(['c6g', 'c6gd', 'm6g', 'm6gd', 'r6g', 'r6gd', 'x2gd', 'g5g'], 64),
  ...each(['c7g', 'c7gd', 'c7gn', 'm7g', 'm7gd', 'r7g', 'r7gd'], 64),
  ...each(['c6i', 'c6id', 'c6in', 'm6i', 'm6id', 'm6in', 'm6idn', 'r6i', 'r6id', 'r6in', 'r6idn'], 128),
  ...each(['i4i', 'x2idn', 'x2iedn'], 128),
};

function each(series: readonly string[], vCpus: number): Record<string, number> {
  return Object.fromEntries(series.map((name) => [name, vCpus]));
}

/** The quotas that the type's vCPUs count to; undefined where AWS's quotas know no such family. */
export function vCpuQuotaOf(instanceType: string): VCpuQuota | undefined {
  const parts = partsOf(instanceType);
  if (parts === undefined) return undefined;
  const byFamily = (name: string) => vCpuQuotas.find(({ families }) => families.includes(name));
  return byFamily(`${parts.family}${parts.generation}`) ?? byFamily(parts.family);
}

/** Families of accelerators (graphics processors, AWS's own chips, programmable logic), which need drivers that no image here has. */
export const needsDrivers = (instanceType: string): boolean =>
  ['g', 'gr', 'vt', 'p', 'f', 'dl', 'trn', 'inf'].includes(partsOf(instanceType)?.family ?? '');

/** Memory is too small for a control plane or a kubelet with its daemons below this (kubernetes.io: 2 GiB for a master). */
export const tooSmallForKubernetes = (instanceType: string): boolean => /\.(nano|micro)$/.test(instanceType);
