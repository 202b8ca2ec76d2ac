import { roleOfInstanceProfile } from '../iam/instanceProfiles.ts';
import { passRoleAccess } from '../iam/roleAccess.ts';
import type { Access } from '../operation.ts';
import type { World } from '../world.ts';
import { accessTo, accessToCreate, ec2Arn } from './access.ts';
import { namedProfile } from './instanceProfiles.ts';
import type { BlockDeviceParameters, LaunchParameters } from './launchParameters.ts';
import { networkInterfaceOf } from './networkInterfaces.ts';
import { securityGroupOf } from './securityGroups.ts';
import { subnetOf } from './subnets.ts';
import { accessToVolumeKey } from './volumeEncryption.ts';

type Context = Readonly<Record<string, string | readonly string[]>>;

/** What the keys of a launch's volumes are asked. Nobody asks them when a launch is only tried, as for a new Auto Scaling group. */
export function accessToLaunchKeys(world: World, parameters: LaunchParameters): Access[] {
  const keys = new Set((parameters.BlockDeviceMappings ?? []).map(({ Ebs }) => Ebs.KmsKeyId));
  return [...keys].flatMap((key) => accessToVolumeKey(world, key));
}

/**
 * What IAM is asked for a launch: RunInstances on every resource that it uses or makes, CreateTags on those that it tags,
 * PassRole on the profile's role (source: Service Authorization Reference, Amazon EC2, RunInstances).
 */
export function accessToLaunch(world: World, parameters: LaunchParameters, templateId: string | undefined): Access[] {
  const specifications = parameters.TagSpecifications;
  const template = templateKeys(world, templateId);
  const instance = accessToCreate(world, 'RunInstances', 'instance', specifications, {
    ...template,
    ...instanceKeys(world, parameters),
  });
  const mappings: readonly Pick<BlockDeviceParameters, 'Ebs'>[] = parameters.BlockDeviceMappings ?? [{ Ebs: {} }];
  const volumes = mappings.flatMap(({ Ebs }) => [
    ...accessToCreate(world, 'RunInstances', 'volume', specifications, {
      ...template,
      'ec2:Encrypted': String(Ebs.Encrypted ?? false),
      'ec2:VolumeType': Ebs.VolumeType ?? 'gp3',
      ...(Ebs.VolumeSize === undefined ? {} : { 'ec2:VolumeSize': String(Ebs.VolumeSize) }),
    }),
  ]);
  return [
    ...instance,
    ...accessToImage(world, parameters.ImageId, template),
    ...accessToNetwork(world, parameters, template),
    ...volumes,
    ...(templateId === undefined
      ? []
      : [accessTo(world, 'RunInstances', templateId, { 'ec2:IsLaunchTemplateResource': 'true' })]),
    ...accessToProfile(world, parameters),
  ];
}

function templateKeys(world: World, templateId: string | undefined): Context {
  if (templateId === undefined) return { 'ec2:IsLaunchTemplateResource': 'false' };
  return { 'ec2:LaunchTemplate': ec2Arn(world, 'launch-template', templateId) };
}

function instanceKeys(world: World, parameters: LaunchParameters): Context {
  const { IamInstanceProfile: named, MetadataOptions: metadata, Placement: placement } = parameters;
  const profile = named && namedProfile(world, named);
  return {
    'ec2:InstanceType': parameters.InstanceType ?? '',
    'ec2:RootDeviceType': 'ebs',
    'ec2:Tenancy': 'default',
    'ec2:EbsOptimized': String(parameters.EbsOptimized ?? false),
    'ec2:InstanceMarketType': parameters.InstanceMarketOptions ? 'spot' : 'on-demand',
    'ec2:MetadataHttpEndpoint': metadata?.HttpEndpoint ?? 'enabled',
    'ec2:MetadataHttpTokens': metadata?.HttpTokens ?? 'optional',
    'ec2:MetadataHttpPutResponseHopLimit': String(metadata?.HttpPutResponseHopLimit ?? 1),
    ...(placement?.AvailabilityZone === undefined ? {} : { 'ec2:AvailabilityZone': placement.AvailabilityZone }),
    ...(profile === undefined ? {} : { 'ec2:InstanceProfile': profile.arn }),
  };
}

/** Images of others have no account in their ARN. */
function accessToImage(world: World, imageId: string | undefined, template: Context): Access[] {
  return [
    {
      action: 'ec2:RunInstances',
      resource: `arn:aws:ec2:${world.region}::image/${imageId}`,
      context: {
        ...template,
        'ec2:Region': world.region,
        'ec2:ImageType': 'machine',
        'ec2:Public': 'true',
        'ec2:RootDeviceType': 'ebs',
      },
    },
  ];
}

function accessToNetwork(world: World, parameters: LaunchParameters, template: Context): Access[] {
  const { SubnetId, SecurityGroupIds, TagSpecifications } = parameters;
  const interfaces = parameters.NetworkInterfaces ?? [
    { SubnetId, Groups: SecurityGroupIds, NetworkInterfaceId: undefined },
  ];
  return interfaces.flatMap(({ NetworkInterfaceId: existing, SubnetId: subnetId, Groups: groupIds }) => {
    if (existing !== undefined) return accessToInterface(world, existing, template);
    if (subnetId === undefined) return [];
    const vpc = { ...template, 'ec2:Vpc': ec2Arn(world, 'vpc', subnetOf(world, subnetId).vpcId) };
    return [
      ...accessToCreate(world, 'RunInstances', 'network-interface', TagSpecifications, {
        ...vpc,
        'ec2:Subnet': ec2Arn(world, 'subnet', subnetId),
      }),
      accessTo(world, 'RunInstances', subnetId, vpc),
      ...(groupIds ?? []).map((id) => {
        const key = { 'ec2:Vpc': ec2Arn(world, 'vpc', securityGroupOf(world, id).vpcId) };
        return accessTo(world, 'RunInstances', id, { ...template, ...key });
      }),
    ];
  });
}

/** An existing interface brings its subnet and its groups into the launch. */
function accessToInterface(world: World, networkInterfaceId: string, template: Context): Access[] {
  const { subnetId, vpcId, groupIds } = networkInterfaceOf(world, networkInterfaceId);
  const vpc = { ...template, 'ec2:Vpc': ec2Arn(world, 'vpc', vpcId) };
  return [
    accessTo(world, 'RunInstances', networkInterfaceId, { ...vpc, 'ec2:Subnet': ec2Arn(world, 'subnet', subnetId) }),
    ...[subnetId, ...groupIds].map((id) => accessTo(world, 'RunInstances', id, vpc)),
  ];
}

/** Launching with a profile hands its role to EC2. */
function accessToProfile(world: World, { IamInstanceProfile: named }: LaunchParameters): Access[] {
  const profile = named && namedProfile(world, named);
  const role = profile && roleOfInstanceProfile(world, profile);
  return role ? [passRoleAccess(world, role.arn, 'ec2.amazonaws.com')] : [];
}
