import { nowOf, tableOf, type World } from '../world.ts';
import { type Role, roleByName } from './roles.ts';
import type { Tags } from './tags.ts';

/** What carries a role to an EC2 instance. */
export interface InstanceProfile {
  readonly instanceProfileName: string;
  readonly path: string;
  readonly instanceProfileId: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly visibleByIdAt: number;
  /** From when EC2 finds it, with the role that it has now. */
  readonly usableAt: number;
  readonly roleName: string | undefined;
  readonly tags: Tags;
}

export const profiles = tableOf<InstanceProfile>('iam.instanceProfiles');

export function instanceProfileByName(world: World, name: string): InstanceProfile | undefined {
  return profiles(world).get(name.toLowerCase());
}

export function instanceProfileByArn(world: World, arn: string): InstanceProfile | undefined {
  const profile = instanceProfileByName(world, arn.slice(arn.lastIndexOf('/') + 1));
  return profile?.arn === arn ? profile : undefined;
}

/** The role that instances with this profile get; undefined while it has none. */
export function roleOfInstanceProfile(world: World, profile: InstanceProfile): Role | undefined {
  return profile.roleName === undefined ? undefined : roleByName(world, profile.roleName);
}

/** Whether EC2 accepts the profile: it exists, has a role, and both have spread (8 s at the median). */
export function instanceProfileUsable(world: World, arn: string): boolean {
  const profile = instanceProfileByArn(world, arn);
  return profile !== undefined && profile.roleName !== undefined && profile.usableAt <= nowOf(world);
}

export function instanceProfilesOfRole(world: World, name: string): InstanceProfile[] {
  return [...profiles(world).rows()].filter((profile) => profile.roleName?.toLowerCase() === name.toLowerCase());
}
