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
  readonly currentGeneration: boolean;
}

interface Family {
  readonly name: string;
  readonly architecture: InstanceType['architecture'];
  readonly gibPerVcpu: number;
  readonly sizes: readonly string[];
}

const gravitonSizes = ['medium', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'];
const graviton4Sizes = [...gravitonSizes, '24xlarge', '48xlarge'];
const fifthSizes = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'];
const sixthSizes = [...fifthSizes, '32xlarge'];
const seventhSizes = [...fifthSizes, '48xlarge'];

const families: readonly Family[] = [
  { name: 'c6g', architecture: 'arm64', gibPerVcpu: 2, sizes: gravitonSizes },
  { name: 'c7g', architecture: 'arm64', gibPerVcpu: 2, sizes: gravitonSizes },
  { name: 'c8g', architecture: 'arm64', gibPerVcpu: 2, sizes: graviton4Sizes },
  { name: 'm6g', architecture: 'arm64', gibPerVcpu: 4, sizes: gravitonSizes },
  { name: 'm7g', architecture: 'arm64', gibPerVcpu: 4, sizes: gravitonSizes },
  { name: 'm8g', architecture: 'arm64', gibPerVcpu: 4, sizes: graviton4Sizes },
  { name: 'r6g', architecture: 'arm64', gibPerVcpu: 8, sizes: gravitonSizes },
  { name: 'r7g', architecture: 'arm64', gibPerVcpu: 8, sizes: gravitonSizes },
  { name: 'r8g', architecture: 'arm64', gibPerVcpu: 8, sizes: graviton4Sizes },
  { name: 'c6i', architecture: 'x86_64', gibPerVcpu: 2, sizes: sixthSizes },
  { name: 'c7i', architecture: 'x86_64', gibPerVcpu: 2, sizes: seventhSizes },
  { name: 'm5', architecture: 'x86_64', gibPerVcpu: 4, sizes: fifthSizes },
  { name: 'm6i', architecture: 'x86_64', gibPerVcpu: 4, sizes: sixthSizes },
  { name: 'm7i', architecture: 'x86_64', gibPerVcpu: 4, sizes: seventhSizes },
  { name: 'r6i', architecture: 'x86_64', gibPerVcpu: 8, sizes: sixthSizes },
  { name: 'r7i', architecture: 'x86_64', gibPerVcpu: 8, sizes: seventhSizes },
];

/** By size: vCPUs, network interfaces, IPv4 addresses each. */
const sizes: Readonly<Record<string, readonly [vcpus: number, interfaces: number, addresses: number]>> = {
  medium: [1, 2, 4],
  large: [2, 3, 10],
  xlarge: [4, 4, 15],
  '2xlarge': [8, 4, 15],
  '4xlarge': [16, 8, 30],
  '8xlarge': [32, 8, 30],
  '12xlarge': [48, 8, 30],
  '16xlarge': [64, 15, 50],
  '24xlarge': [96, 15, 50],
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

function typesOf(family: Family): InstanceType[] {
  return family.sizes.flatMap((size) => {
    const limits = sizes[size];
    if (!limits) return [];
    const [vcpus, maximumNetworkInterfaces, ipv4AddressesPerInterface] = limits;
    return {
      name: `${family.name}.${size}`,
      architecture: family.architecture,
      vcpus,
      memoryMiB: vcpus * family.gibPerVcpu * 1024,
      maximumNetworkInterfaces,
      ipv4AddressesPerInterface,
      burstable: false,
      currentGeneration: true,
    };
  });
}

function burstableTypes(family: string, architecture: InstanceType['architecture']): InstanceType[] {
  return burstableSizes.map(([size, vcpus, memoryMiB, maximumNetworkInterfaces, ipv4AddressesPerInterface]) => ({
    name: `${family}.${size}`,
    architecture,
    vcpus,
    memoryMiB,
    maximumNetworkInterfaces,
    ipv4AddressesPerInterface,
    burstable: true,
    currentGeneration: true,
  }));
}

/** Every instance type of the model, in the standard families (A, C, D, H, I, M, R, T, Z) that share one vCPU quota. */
export const instanceTypes: readonly InstanceType[] = [
  ...burstableTypes('t4g', 'arm64'),
  ...burstableTypes('t3', 'x86_64'),
  ...families.flatMap(typesOf),
];

const byName = new Map(instanceTypes.map((type) => [type.name, type]));

/** The type of this name, or undefined where the model does not know it. */
export function instanceTypeOf(name: string): InstanceType | undefined {
  return byName.get(name);
}
