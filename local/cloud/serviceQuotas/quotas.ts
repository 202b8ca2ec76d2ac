import { tableOf, type World } from '../world.ts';

/** A quota as Service Quotas knows it. */
export interface Quota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
  readonly value: number;
  /** Whether AWS raises it on request. */
  readonly adjustable: boolean;
  /** IAM's and S3's count for the account in every Region. */
  readonly global?: true;
}

const quota = (service: string, code: string, name: string, value: number): Quota => ({
  service,
  code,
  name,
  value,
  adjustable: true,
});
const fixed = (service: string, code: string, name: string, value: number): Quota => ({
  ...quota(service, code, name, value),
  adjustable: false,
});
const global = (service: string, code: string, name: string, value: number): Quota => ({
  ...quota(service, code, name, value),
  global: true,
});

/** AWS's default values in us-east-1 (source: the Service Quotas API's own answers, November 2026). */
export const defaultQuotas: readonly Quota[] = [
  quota('vpc', 'L-F678F1CE', 'VPCs per Region', 5),
  quota('vpc', 'L-A4707A72', 'Internet gateways per Region', 5),
  quota('vpc', 'L-FE5A380F', 'NAT gateways per Availability Zone', 5),
  quota('vpc', 'L-12E49864', 'Regional NAT gateways per VPC', 5),
  quota('vpc', 'L-93826ACB', 'Routes per route table', 500),
  quota('vpc', 'L-589F43AA', 'Route tables per VPC', 200),
  quota('vpc', 'L-407747CB', 'Subnets per VPC', 200),
  quota('vpc', 'L-83CA0A9D', 'IPv4 CIDR blocks per VPC', 5),
  quota('vpc', 'L-E79EC296', 'VPC security groups per Region', 2_500),
  quota('vpc', 'L-0EA8095F', 'Inbound or outbound rules per security group', 60),
  quota('vpc', 'L-2AFB9258', 'Security groups per network interface', 5),
  quota('vpc', 'L-DF5E4CA3', 'Network interfaces per Region', 5_000),
  quota('vpc', 'L-BB24F6E5', 'Network Address Usage', 64_000),
  quota('vpc', 'L-29B6F2EB', 'Interface VPC endpoints per VPC', 50),
  quota('vpc', 'L-1B52E74A', 'Gateway VPC endpoints per Region', 20),
  quota('ec2', 'L-0263D0A3', 'EC2-VPC Elastic IPs', 5),
  quota('ec2', 'L-1216C47A', 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances', 5),
  quota('ec2', 'L-34B43A08', 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests', 5),
  quota('ec2', 'L-DB2E81BA', 'Running On-Demand G and VT instances', 0),
  quota('ec2', 'L-417A185B', 'Running On-Demand P instances', 0),
  quota('ec2', 'L-3819A6DF', 'All G and VT Spot Instance Requests', 0),
  quota('ec2', 'L-7212CCBC', 'All P4, P3 and P2 Spot Instance Requests', 0),
  quota('ec2', 'L-C4BD4855', 'All P5 Spot Instance Requests', 0),
  quota('ec2', 'L-74FC7D96', 'Running On-Demand F instances', 0),
  quota('ec2', 'L-88CF9481', 'All F Spot Instance Requests', 0),
  quota('ec2', 'L-7295265B', 'Running On-Demand X instances', 0),
  quota('ec2', 'L-E3A00192', 'All X Spot Instance Requests', 0),
  quota('ec2', 'L-6E869C2A', 'Running On-Demand DL instances', 0),
  quota('ec2', 'L-85EED4F7', 'All DL Spot Instance Requests', 0),
  quota('ec2', 'L-2C3B7624', 'Running On-Demand Trn instances', 0),
  quota('ec2', 'L-6B0D517C', 'All Trn Spot Instance Requests', 0),
  quota('ec2', 'L-1945791B', 'Running On-Demand Inf instances', 0),
  quota('ec2', 'L-B5D1601B', 'All Inf Spot Instance Requests', 0),
  quota('ec2', 'L-F7808C92', 'Running On-Demand HPC instances', 0),
  quota('ec2', 'L-43DA4232', 'Running On-Demand High Memory instances', 0),
  fixed('ec2', 'L-FB451C26', 'Launch templates per Region', 5_000),
  fixed('ec2', 'L-142B4294', 'Launch template versions per launch template', 10_000),
  quota('ebs', 'L-7A658B76', 'Storage for General Purpose SSD (gp3) volumes, in TiB', 50),
  quota('ebs', 'L-09BD8365', 'Storage for Provisioned IOPS SSD (io2) volumes, in TiB', 20),
  quota('ebs', 'L-8D977E7E', 'IOPS for Provisioned IOPS SSD (io2) volumes', 100_000),
  quota('elasticloadbalancing', 'L-69A177A2', 'Network Load Balancers per Region', 50),
  quota('elasticloadbalancing', 'L-B22855CB', 'Target Groups per Region', 3_000),
  quota('elasticloadbalancing', 'L-A0D0B863', 'Targets per Target Group per Region', 1_000),
  quota('elasticloadbalancing', 'L-EEF1AD04', 'Targets per Network Load Balancer', 3_000),
  quota('elasticloadbalancing', 'L-B211E961', 'Targets per Availability Zone per Network Load Balancer', 500),
  fixed('elasticloadbalancing', 'L-57A373D6', 'Listeners per Network Load Balancer', 50),
  quota('autoscaling', 'L-CDE20ADC', 'Auto Scaling groups per Region', 500),
  global('iam', 'L-FE177D64', 'Roles per account', 1_000),
  global('iam', 'L-6E65F664', 'Instance profiles per account', 1_000),
  global('iam', 'L-858F3967', 'OpenID Connect providers per account', 100),
  global('iam', 'L-0DA4ABF3', 'Managed policies per role', 20),
  global('s3', 'L-DC2B2D3D', 'General purpose buckets', 10_000),
  quota('dynamodb', 'L-F98FE922', 'Maximum number of tables', 2_500),
  quota('states', 'L-B8A5B662', 'Open executions', 1_000_000),
  quota('states', 'L-CE9F8059', 'StartExecution throttle token bucket size', 1_300),
  quota('states', 'L-1B55A735', 'StartExecution throttle token refill rate per second', 300),
  quota('lambda', 'L-B99A9384', 'Concurrent executions', 1_000),
  quota('kms', 'L-C2F1777E', 'Customer master keys', 100_000),
  quota('ssm', 'L-DF93A10D', 'Managed nodes per account', 2_400),
];

const byCode = new Map(defaultQuotas.map((one) => [one.code, one]));

/** Values that AWS granted this account beyond the defaults, by quota code; empty in a new account. */
export const appliedQuotas = tableOf<number>('serviceQuotas.applied');

/** Values granted to one resource only, by `code/resource`, e.g. routes of one route table. */
export const appliedResourceQuotas = tableOf<number>('serviceQuotas.appliedToResource');

/** The quota in force, for the account or for one of its resources. */
export function quotaOf(world: World, code: string, resourceId?: string): number {
  const own = resourceId === undefined ? undefined : appliedResourceQuotas(world).get(`${code}/${resourceId}`);
  const value = own ?? appliedQuotas(world).get(code) ?? byCode.get(code)?.value;
  if (value === undefined) throw new Error(`The model knows no quota ${code}`);
  return value;
}

/** The quota of this service and code, if there is one. */
export function quotaNamed(service: string, code: string): Quota | undefined {
  const found = byCode.get(code);
  return found?.service === service ? found : undefined;
}
