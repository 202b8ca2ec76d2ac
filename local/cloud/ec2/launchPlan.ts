import { AwsError, NotModelled } from '../errors.ts';
import type { World } from '../world.ts';
import { isOffered } from './capacityFaults.ts';
import { imageOf, type PublicImage } from './images.ts';
import { type LaunchProfile, profileForLaunch } from './instanceProfiles.ts';
import { type InstanceType, instanceTypeOf } from './instanceTypes.ts';
import { type PlannedInterface, plannedInterfaces } from './launchInterfaces.ts';
import type { InstanceMetadata, LaunchParameters } from './launchParameters.ts';
import { checkUserData } from './launchTemplateVersions.ts';
import { type PlannedVolume, plannedVolumes } from './launchVolumes.ts';
import { notFound } from './resourceTypes.ts';
import { tagsFor } from './tags.ts';

/** A launch after every check that does not depend on what is left in the account. */
export interface LaunchPlan {
  readonly image: PublicImage;
  readonly type: InstanceType;
  readonly zone: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly interfaces: readonly PlannedInterface[];
  readonly volumes: readonly PlannedVolume[];
  readonly profile: LaunchProfile | undefined;
  readonly metadata: InstanceMetadata;
  readonly market: 'on-demand' | 'spot';
  readonly tags: {
    readonly instance: Readonly<Record<string, string>>;
    readonly volume: Readonly<Record<string, string>>;
    readonly networkInterface: Readonly<Record<string, string>>;
  };
  readonly parameters: LaunchParameters;
}

/** Checks a launch as EC2 does before it looks for room, and fills in the defaults. */
export function planLaunch(world: World, parameters: LaunchParameters): LaunchPlan {
  const image = launchImage(world, parameters.ImageId);
  const type = launchType(parameters.InstanceType, image);
  const interfaces = plannedInterfaces(world, parameters, type);
  const [primary] = interfaces;
  if (parameters.Placement?.AvailabilityZone !== undefined && parameters.Placement.AvailabilityZone !== primary.zone) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${parameters.Placement.AvailabilityZone}) for parameter availabilityZone is invalid: the subnet or network interface is in ${primary.zone}.`,
    );
  }
  if (!isOffered(world, primary.zone, type.name)) throw unsupported(type.name, primary.zone);
  checkUserData(parameters.UserData);
  if (parameters.CreditSpecification && !type.burstable) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The specified instance type ${type.name} does not support credit specification.`,
    );
  }
  const tags = launchTags(parameters);
  const metadata = launchMetadata(parameters);
  if (metadata.InstanceMetadataTags === 'enabled') checkMetadataTags(tags.instance);
  return {
    image,
    type,
    zone: primary.zone,
    subnetId: primary.subnetId,
    vpcId: primary.vpcId,
    interfaces,
    volumes: plannedVolumes(world, parameters, image),
    profile: profileForLaunch(world, parameters.IamInstanceProfile),
    metadata,
    market: parameters.InstanceMarketOptions ? 'spot' : 'on-demand',
    tags,
    parameters,
  };
}

export function unsupported(type: string, zone: string): AwsError {
  return new AwsError(
    'Unsupported',
    `Your requested instance type (${type}) is not supported in your requested Availability Zone (${zone}). Please retry your request by not specifying an Availability Zone or choosing another.`,
  );
}

function launchImage(world: World, imageId: string | undefined): PublicImage {
  if (imageId === undefined) throw new AwsError('MissingParameter', 'The request must contain the parameter ImageId');
  if (imageId.startsWith('resolve:')) throw new NotModelled('ec2', 'RunInstances', 'ImageId resolve:ssm');
  const image = imageOf(world, imageId);
  if (!image) throw notFound('image', imageId);
  return image;
}

function launchType(name: string | undefined, image: PublicImage): InstanceType {
  if (name === undefined) throw new NotModelled('ec2', 'RunInstances', 'without InstanceType');
  const type = instanceTypeOf(name);
  if (!type) throw new AwsError('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`);
  if (type.architecture === image.architecture) return type;
  throw new AwsError(
    'InvalidParameterValue',
    `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
  );
}

/** EC2's defaults; both images of the model ask for IMDSv2 with hop limit 2 (source: AL2023 and Ubuntu 24.04 image notes). */
function launchMetadata({ MetadataOptions: options }: LaunchParameters): InstanceMetadata {
  return {
    HttpTokens: options?.HttpTokens ?? 'required',
    HttpPutResponseHopLimit: options?.HttpPutResponseHopLimit ?? 2,
    HttpEndpoint: options?.HttpEndpoint ?? 'enabled',
    HttpProtocolIpv6: options?.HttpProtocolIpv6 ?? 'disabled',
    InstanceMetadataTags: options?.InstanceMetadataTags ?? 'disabled',
  };
}

function launchTags({ TagSpecifications: specifications }: LaunchParameters): LaunchPlan['tags'] {
  return {
    instance: tagsFor('instance', specifications, ['volume', 'network-interface']),
    volume: tagsFor('volume', specifications, ['instance', 'network-interface']),
    networkInterface: tagsFor('network-interface', specifications, ['instance', 'volume']),
  };
}

/** Tags in the metadata service are paths there, so their keys are restricted (source: EC2 user guide, "Work with instance tags in instance metadata"). */
function checkMetadataTags(tags: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(tags)) {
    if (/^[0-9a-zA-Z\-_+=,.@:]{1,255}$/.test(key) && !['.', '..', '_index'].includes(key)) continue;
    throw new AwsError(
      'InvalidParameterValue',
      `'${key}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
    );
  }
}
