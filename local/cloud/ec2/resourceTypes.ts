import { AwsError } from '../errors.ts';

/** How EC2 names one type of resource: in ids, in ARNs and tag specifications (the key), and in its errors. */
interface ResourceNames {
  readonly prefix: string;
  readonly notFound: string;
  readonly malformed: string;
  readonly sentence: (id: string) => string;
}

const names = (prefix: string, code: string, sentence: (id: string) => string): ResourceNames => ({
  prefix,
  notFound: `${code}.NotFound`,
  malformed: `${code}.Malformed`,
  sentence,
});

/** Every type of resource that the model has, with AWS's error codes (source: EC2 API reference, "Error codes"). */
export const resourceTypes = {
  vpc: names('vpc', 'InvalidVpcID', (id) => `The vpc ID '${id}' does not exist`),
  subnet: names('subnet', 'InvalidSubnetID', (id) => `The subnet ID '${id}' does not exist`),
  'internet-gateway': names('igw', 'InvalidInternetGatewayID', (id) => `The internetGateway ID '${id}' does not exist`),
  natgateway: {
    prefix: 'nat',
    notFound: 'NatGatewayNotFound',
    malformed: 'NatGatewayMalformed',
    sentence: (id) => `NatGateway ${id} was not found`,
  },
  'elastic-ip': names('eipalloc', 'InvalidAllocationID', (id) => `The allocation ID '${id}' does not exist`),
  'route-table': names('rtb', 'InvalidRouteTableID', (id) => `The routeTable ID '${id}' does not exist`),
  'security-group': {
    prefix: 'sg',
    notFound: 'InvalidGroup.NotFound',
    malformed: 'InvalidGroupId.Malformed',
    sentence: (id) => `The security group '${id}' does not exist`,
  },
  'security-group-rule': names(
    'sgr',
    'InvalidSecurityGroupRuleId',
    (id) => `The security group rule ID '${id}' does not exist`,
  ),
  'network-interface': names(
    'eni',
    'InvalidNetworkInterfaceID',
    (id) => `The networkInterface ID '${id}' does not exist`,
  ),
  'vpc-endpoint': names('vpce', 'InvalidVpcEndpointId', (id) => `The Vpc Endpoint Id '${id}' does not exist`),
  instance: names('i', 'InvalidInstanceID', (id) => `The instance ID '${id}' does not exist`),
  volume: {
    prefix: 'vol',
    notFound: 'InvalidVolume.NotFound',
    malformed: 'InvalidVolumeID.Malformed',
    sentence: (id) => `The volume '${id}' does not exist.`,
  },
  snapshot: {
    prefix: 'snap',
    notFound: 'InvalidSnapshot.NotFound',
    malformed: 'InvalidSnapshotID.Malformed',
    sentence: (id) => `The snapshot '${id}' does not exist.`,
  },
  'launch-template': names(
    'lt',
    'InvalidLaunchTemplateId',
    (id) => `The specified launch template, with template ID ${id}, does not exist.`,
  ),
  image: names('ami', 'InvalidAMIID', (id) => `The image id '[${id}]' does not exist`),
} as const satisfies Record<string, ResourceNames>;

export type ResourceType = keyof typeof resourceTypes;

/** What EC2 answers for an id that names nothing: Malformed when it cannot be one of this type, else NotFound. */
export function notFound(type: ResourceType, id: string): AwsError {
  const { prefix, malformed, notFound: code, sentence } = resourceTypes[type];
  if (!isId(prefix, id)) return new AwsError(malformed, `Invalid id: "${id}" (expecting "${prefix}-...")`);
  return new AwsError(code, sentence(id));
}

/** The type that an id speaks of by its prefix. */
export function typeOfId(id: string): ResourceType | undefined {
  const prefix = id.slice(0, id.lastIndexOf('-'));
  return typesByPrefix.get(prefix);
}

const typesByPrefix = new Map(
  Object.entries(resourceTypes).map(([type, { prefix }]) => [prefix as string, type as ResourceType]),
);

function isId(prefix: string, id: string): boolean {
  return id.startsWith(`${prefix}-`) && /^([0-9a-f]{8}|[0-9a-f]{17})$/.test(id.slice(prefix.length + 1));
}
