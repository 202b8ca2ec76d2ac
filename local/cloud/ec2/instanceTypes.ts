/** What EC2 says of one instance type (source: EC2 instance type pages; interfaces and addresses by size from the ENI limits page). */
export interface InstanceType {
  /** `m7g.large` */
  readonly name: string;
  readonly architecture: 'arm64' | 'x86_64';
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly maximumNetworkInterfaces: number;
  readonly ipv4AddressesPerInterface: number;
  readonly burstable: boolean;
  readonly bareMetal: boolean;
  readonly quota: QuotaFamily;
  readonly currentGeneration: boolean;
}

/** Which of the account's vCPU quotas a family counts to. */
export type QuotaFamily = 'standard' | 'graphics' | 'p' | 'inferentia' | 'trainium' | 'x';

interface Family {
  readonly name: string;
  readonly architecture: InstanceType['architecture'];
  readonly gibPerVcpu: number;
  readonly sizes: readonly string[];
  /** `standard` by default. */
  readonly quota?: QuotaFamily;
  /** vCPUs of `name.metal`. */
  readonly metal?: number;
}

const gravitonSizes = ['medium', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'];
const graviton4Sizes = [...gravitonSizes, '24xlarge', '48xlarge'];
const fourthSizes = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '10xlarge', '16xlarge'];
const fifthSizes = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'];
const c5Sizes = ['large', 'xlarge', '2xlarge', '4xlarge', '9xlarge', '12xlarge', '18xlarge', '24xlarge'];
const sixthSizes = [...fifthSizes, '32xlarge'];
const seventhSizes = [...fifthSizes, '48xlarge'];
const seventhMetals = ['metal-24xl', 'metal-48xl'];
const graphicsSizes = ['xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge', '48xlarge'];

const arm = (name: string, gibPerVcpu: number, sizes: readonly string[], more: Partial<Family> = {}): Family => ({
  name,
  architecture: 'arm64',
  gibPerVcpu,
  sizes,
  ...more,
});
const intelOrAmd = (
  name: string,
  gibPerVcpu: number,
  sizes: readonly string[],
  more: Partial<Family> = {},
): Family => ({
  ...arm(name, gibPerVcpu, sizes, more),
  architecture: 'x86_64',
});

const families: readonly Family[] = [
  arm('c6g', 2, gravitonSizes, { metal: 64 }),
  arm('c7g', 2, gravitonSizes, { metal: 64 }),
  arm('c8g', 2, graviton4Sizes),
  arm('m6g', 4, gravitonSizes, { metal: 64 }),
  arm('m7g', 4, gravitonSizes, { metal: 64 }),
  arm('m8g', 4, graviton4Sizes),
  arm('r6g', 8, gravitonSizes, { metal: 64 }),
  arm('r7g', 8, gravitonSizes, { metal: 64 }),
  arm('r8g', 8, graviton4Sizes),
  arm('im4gn', 4, ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge']),
  arm('is4gen', 6, ['medium', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge']),
  arm('x2gd', 16, gravitonSizes, { quota: 'x', metal: 64 }),
  arm('g5g', 2, ['xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge'], { quota: 'graphics', metal: 64 }),
  intelOrAmd('c4', 1.875, ['large', 'xlarge', '2xlarge', '4xlarge']),
  intelOrAmd('c5', 2, c5Sizes, { metal: 96 }),
  intelOrAmd('c5d', 2, c5Sizes, { metal: 96 }),
  intelOrAmd('c5a', 2, fifthSizes),
  intelOrAmd('c6i', 2, sixthSizes, { metal: 128 }),
  intelOrAmd('c6a', 2, [...sixthSizes, '48xlarge']),
  intelOrAmd('c7i', 2, [...seventhSizes, ...seventhMetals]),
  intelOrAmd('m4', 4, fourthSizes),
  intelOrAmd('m5', 4, fifthSizes, { metal: 96 }),
  intelOrAmd('m5d', 4, fifthSizes, { metal: 96 }),
  intelOrAmd('m5a', 4, fifthSizes),
  intelOrAmd('m6i', 4, sixthSizes, { metal: 128 }),
  intelOrAmd('m6a', 4, [...sixthSizes, '48xlarge']),
  intelOrAmd('m7i', 4, [...seventhSizes, ...seventhMetals]),
  intelOrAmd('m7i-flex', 4, ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']),
  intelOrAmd('m7a', 4, ['medium', ...sixthSizes, '48xlarge']),
  intelOrAmd('r4', 7.625, ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge']),
  intelOrAmd('r5', 8, fifthSizes, { metal: 96 }),
  intelOrAmd('r5d', 8, fifthSizes, { metal: 96 }),
  intelOrAmd('r5a', 8, fifthSizes),
  intelOrAmd('r6i', 8, sixthSizes, { metal: 128 }),
  intelOrAmd('r7i', 8, [...seventhSizes, ...seventhMetals]),
  intelOrAmd('i3', 7.625, ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge'], { metal: 72 }),
  intelOrAmd('i4i', 8, ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge', '32xlarge'], { metal: 128 }),
  intelOrAmd('g4dn', 4, graphicsSizes.slice(0, 6), { quota: 'graphics', metal: 96 }),
  intelOrAmd('g5', 4, graphicsSizes, { quota: 'graphics' }),
  intelOrAmd('g6', 4, graphicsSizes, { quota: 'graphics' }),
  intelOrAmd('p3', 7.625, ['2xlarge', '8xlarge', '16xlarge'], { quota: 'p' }),
  intelOrAmd('p3dn', 8, ['24xlarge'], { quota: 'p' }),
  intelOrAmd('p4d', 12, ['24xlarge'], { quota: 'p' }),
  intelOrAmd('p5', 32 / 3, ['48xlarge'], { quota: 'p' }),
  intelOrAmd('inf2', 4, ['xlarge', '8xlarge', '24xlarge', '48xlarge'], { quota: 'inferentia' }),
  intelOrAmd('trn1', 4, ['2xlarge', '32xlarge'], { quota: 'trainium' }),
];

/** By size: vCPUs, network interfaces, IPv4 addresses each. */
const sizes: Readonly<Record<string, readonly [vcpus: number, interfaces: number, addresses: number]>> = {
  medium: [1, 2, 4],
  large: [2, 3, 10],
  xlarge: [4, 4, 15],
  '2xlarge': [8, 4, 15],
  '4xlarge': [16, 8, 30],
  '8xlarge': [32, 8, 30],
  '9xlarge': [36, 8, 30],
  '10xlarge': [40, 8, 30],
  '12xlarge': [48, 8, 30],
  '16xlarge': [64, 15, 50],
  '18xlarge': [72, 15, 50],
  '24xlarge': [96, 15, 50],
  'metal-24xl': [96, 15, 50],
  'metal-48xl': [192, 15, 50],
  '32xlarge': [128, 15, 50],
  '48xlarge': [192, 15, 50],
};

/** t3 and t4g share their sizes: vCPUs, memory in MiB, network interfaces, IPv4 addresses each. */
const burstableSizes: readonly (readonly [string, number, number, number, number])[] = [
  ['nano', 2, 512, 2, 2],
  ['micro', 2, 1024, 2, 2],
  ['small', 2, 2048, 3, 4],
  ['medium', 2, 4096, 3, 6],
  ['large', 2, 8192, 3, 12],
  ['xlarge', 4, 16384, 4, 15],
  ['2xlarge', 8, 32768, 4, 15],
];

/** t2 has one processor up to small. */
const secondBurstableSizes = burstableSizes.map(
  ([size, vcpus, ...rest]) => [size, ['nano', 'micro', 'small'].includes(size) ? 1 : vcpus, ...rest] as const,
);

function typesOf(family: Family): InstanceType[] {
  const named = family.sizes.flatMap((size) => {
    const limits = sizes[size];
    return limits === undefined ? [] : [{ size, limits }];
  });
  const metal = family.metal === undefined ? [] : [{ size: 'metal', limits: [family.metal, 15, 50] as const }];
  return [...named, ...metal].map(({ size, limits }) => {
    const [vcpus, maximumNetworkInterfaces, ipv4AddressesPerInterface] = limits;
    return {
      name: `${family.name}.${size}`,
      architecture: family.architecture,
      vcpus,
      memoryMiB: vcpus * family.gibPerVcpu * 1024,
      maximumNetworkInterfaces,
      ipv4AddressesPerInterface,
      burstable: false,
      bareMetal: size.startsWith('metal'),
      quota: family.quota ?? 'standard',
      currentGeneration: true,
    };
  });
}

function burstableTypes(
  family: string,
  architecture: InstanceType['architecture'],
  shapes: typeof burstableSizes = burstableSizes,
): InstanceType[] {
  return shapes.map(([size, vcpus, memoryMiB, maximumNetworkInterfaces, ipv4AddressesPerInterface]) => ({
    name: `${family}.${size}`,
    architecture,
    vcpus,
    memoryMiB,
    maximumNetworkInterfaces,
    ipv4AddressesPerInterface,
    burstable: true,
    bareMetal: false,
    quota: 'standard',
    currentGeneration: true,
  }));
}

/** Every instance type of the model: the families that people use most, not all that EC2 has. */
export const instanceTypes: readonly InstanceType[] = [
  ...burstableTypes('t4g', 'arm64'),
  ...burstableTypes('t3', 'x86_64'),
  ...burstableTypes('t3a', 'x86_64'),
  ...burstableTypes('t2', 'x86_64', secondBurstableSizes),
  ...families.flatMap(typesOf),
];

const byName = new Map(instanceTypes.map((type) => [type.name, type]));

/** The type of this name, or undefined where the model does not know it. */
export function instanceTypeOf(name: string): InstanceType | undefined {
  return byName.get(name);
}
