import { AwsError } from '../errors.ts';
import {
  type InstanceProfile,
  instanceProfileByArn,
  instanceProfileByName,
  instanceProfileUsable,
} from '../iam/instanceProfiles.ts';
import type { World } from '../world.ts';
import type { TemplateParameters } from './launchParameters.ts';

/** The instance profile of a launch. */
export type LaunchProfile = InstanceProfile;

/** The profile that a launch names; refused as long as EC2 does not know it, which is a while after IAM does. */
export function profileForLaunch(
  world: World,
  named: TemplateParameters['IamInstanceProfile'],
): LaunchProfile | undefined {
  if (named === undefined) return undefined;
  const profile = namedProfile(world, named);
  if (profile && instanceProfileUsable(world, profile.arn)) return profile;
  const [parameter, value] = named.Arn === undefined ? ['name', named.Name] : ['arn', named.Arn];
  const shape = parameter === 'name' ? 'Invalid IAM Instance Profile name' : 'Invalid IAM Instance Profile ARN';
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${value}) for parameter iamInstanceProfile.${parameter} is invalid. ${shape}`,
  );
}

/** The profile that is named, whether EC2 knows it already or not. */
export function namedProfile(
  world: World,
  { Arn, Name }: NonNullable<TemplateParameters['IamInstanceProfile']>,
): LaunchProfile | undefined {
  if ((Arn === undefined) === (Name === undefined)) {
    throw new AwsError(
      'InvalidParameterCombination',
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    );
  }
  return Arn === undefined ? instanceProfileByName(world, Name ?? '') : instanceProfileByArn(world, Arn);
}
