/**
 * Every limit of AWS that kubestep checks, as it was on 2026-11-30. Quotas: the Service Quotas API (codes and names; an account's own
 * values are asked for at each plan). Fixed limits: the page that is named beside them. Lengths of names and tags are in the
 * patterns of spec/texts.ts, which are the schema's, too.
 */

/** A limit that AWS sets for every account alike. */
interface Limit {
  readonly value: number;
  readonly unit: string;
  /** AWS's page that says so. */
  readonly source: string;
  /** When that was looked up. */
  readonly on: string;
}

const limit = (value: number, unit: string, source: string, on: string): Limit => ({ value, unit, source, on });

export const limits = {
  widestVpc: limit(16, 'bits of prefix', 'Amazon VPC User Guide, VPC CIDR blocks', '2026-11-30'),
  narrowestSubnet: limit(28, 'bits of prefix', 'Amazon VPC User Guide, Subnet CIDR blocks', '2026-11-30'),
  /** The first four and the last one. */
  reservedInSubnet: limit(5, 'addresses of a subnet', 'Amazon VPC User Guide, Subnet CIDR blocks', '2026-11-30'),
  /** The most that AWS grants. */
  routes: limit(1000, 'routes of a route table', 'Amazon VPC User Guide, Amazon VPC quotas', '2026-11-30'),
  filterValues: limit(200, 'values of one filter', 'EC2 API Reference, DescribeInstances', '2026-11-30'),
  batchWrites: limit(25, 'writes of one request', 'DynamoDB API Reference, BatchWriteItem', '2026-11-30'),
  balancerName: limit(32, 'characters', 'Elastic Load Balancing API Reference, CreateLoadBalancer', '2026-11-30'),
  /** The operator's and kubestep's together, as EC2, IAM, KMS and Elastic Load Balancing count them. */
  tags: limit(50, 'tags of a resource', 'Tagging AWS Resources User Guide', '2026-11-30'),
} as const;

/** A quota of an account that a spec is held against. */
export interface Quota {
  /** Code in Service Quotas. */
  readonly code: string;
  readonly service: string;
  readonly name: string;
  /** What a cluster of three masters and three workers takes of it with every default: instances of two vCPUs in three zones. */
  readonly usualCluster?: number;
}

const quota = (service: string, code: string, name: string, usualCluster?: number): Quota => ({
  service,
  code,
  name,
  ...(usualCluster !== undefined && { usualCluster }),
});

export const quotas = {
  vpcs: quota('vpc', 'L-F678F1CE', 'VPCs per Region', 1),
  internetGateways: quota('vpc', 'L-A4707A72', 'Internet gateways per Region', 1),
  natGatewaysPerZone: quota('vpc', 'L-FE5A380F', 'NAT gateways per Availability Zone', 1),
  routesPerTable: quota('vpc', 'L-93826ACB', 'Routes per route table'),
  networkInterfaces: quota('vpc', 'L-DF5E4CA3', 'Network interfaces per Region'),
  elasticAddresses: quota('ec2', 'L-0263D0A3', 'EC2-VPC Elastic IPs', 3),
  gp3Storage: quota('ebs', 'L-7A658B76', 'Storage for General Purpose SSD (gp3) volumes, in TiB'),
  io2Storage: quota('ebs', 'L-09BD8365', 'Storage for Provisioned IOPS SSD (io2) volumes, in TiB'),
  io2Iops: quota('ebs', 'L-8D977E7E', 'IOPS for Provisioned IOPS SSD (io2) volumes'),
  networkLoadBalancers: quota('elasticloadbalancing', 'L-69A177A2', 'Network Load Balancers per Region', 1),
  autoScalingGroups: quota('autoscaling', 'L-CDE20ADC', 'Auto Scaling groups per region', 1),
} as const;

/** The vCPUs that instances of these families may have together, by market. Families without a Spot quota have no Spot. */
export interface VCpuQuota {
  readonly families: readonly string[];
  readonly onDemand: Quota;
  /** Undefined where AWS sells no Spot, or where no code is known (P6): not judged. */
  readonly spot?: Quota;
}

export const standardOnDemand = quota(
  'ec2',
  'L-1216C47A',
  'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
  12,
);

/** Source: EC2 User Guide, "On-Demand Instance quotas" and "Spot Instance quotas". Families as `familyOf` reads them. */
export const vCpuQuotas: readonly VCpuQuota[] = [
  {
    families: ['a', 'c', 'd', 'h', 'i', 'im', 'is', 'm', 'r', 't', 'z'],
    onDemand: standardOnDemand,
    spot: quota('ec2', 'L-34B43A08', 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests'),
  },
  {
    families: ['g', 'gr', 'vt'],
    onDemand: quota('ec2', 'L-DB2E81BA', 'Running On-Demand G and VT instances'),
    spot: quota('ec2', 'L-3819A6DF', 'All G and VT Spot Instance Requests'),
  },
  {
    families: ['p2', 'p3', 'p4'],
    onDemand: quota('ec2', 'L-417A185B', 'Running On-Demand P instances'),
    spot: quota('ec2', 'L-7212CCBC', 'All P4, P3 and P2 Spot Instance Requests'),
  },
  {
    families: ['p5'],
    onDemand: quota('ec2', 'L-417A185B', 'Running On-Demand P instances'),
    spot: quota('ec2', 'L-C4BD4855', 'All P5 Spot Instance Requests'),
  },
  { families: ['p'], onDemand: quota('ec2', 'L-417A185B', 'Running On-Demand P instances') },
  {
    families: ['f'],
    onDemand: quota('ec2', 'L-74FC7D96', 'Running On-Demand F instances'),
    spot: quota('ec2', 'L-88CF9481', 'All F Spot Instance Requests'),
  },
  {
    families: ['x'],
    onDemand: quota('ec2', 'L-7295265B', 'Running On-Demand X instances'),
    spot: quota('ec2', 'L-E3A00192', 'All X Spot Instance Requests'),
  },
  {
    families: ['dl'],
    onDemand: quota('ec2', 'L-6E869C2A', 'Running On-Demand DL instances'),
    spot: quota('ec2', 'L-85EED4F7', 'All DL Spot Instance Requests'),
  },
  {
    families: ['trn'],
    onDemand: quota('ec2', 'L-2C3B7624', 'Running On-Demand Trn instances'),
    spot: quota('ec2', 'L-6B0D517C', 'All Trn Spot Instance Requests'),
  },
  {
    families: ['inf'],
    onDemand: quota('ec2', 'L-1945791B', 'Running On-Demand Inf instances'),
    spot: quota('ec2', 'L-B5D1601B', 'All Inf Spot Instance Requests'),
  },
  { families: ['hpc'], onDemand: quota('ec2', 'L-F7808C92', 'Running On-Demand HPC instances') },
  { families: ['u'], onDemand: quota('ec2', 'L-43DA4232', 'Running On-Demand High Memory instances') },
];

/** Source: EBS User Guide, "Amazon EBS volume types". gp3 has been given more since (80,000 operations); this much is had everywhere. */
export const volumeLimits = {
  gp3: {
    lowestIops: 3000,
    highestIops: 16_000,
    iopsPerGiB: 500,
    lowestMiBps: 125,
    highestMiBps: 1000,
    iopsPerMiBps: 4,
  },
  io2: { lowestIops: 100, highestIops: 64_000, iopsPerGiB: 500 },
  minGiB: 8,
  maxGiB: 16_384,
} as const;
