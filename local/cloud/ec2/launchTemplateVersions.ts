import { AwsError } from '../errors.ts';
import { type Principal, sessionArn } from '../principal.ts';
import { nowOf, type World } from '../world.ts';
import type { TemplateParameters } from './launchParameters.ts';
import {
  type LaunchTemplateRow,
  type LaunchTemplateVersionRow,
  launchTemplates,
  versionsOf,
} from './launchTemplates.ts';

/** Adds a version to a template and makes it the latest. */
export function putVersion(
  world: World,
  template: LaunchTemplateRow,
  parameters: TemplateParameters,
  description: string | undefined,
  createdBy: string,
): LaunchTemplateVersionRow {
  checkUserData(parameters.UserData);
  const version = template.lastVersion + 1;
  const { templateId } = template;
  const row = { templateId, version, description, createdAt: nowOf(world), createdBy, parameters };
  versionsOf(world, templateId).put(String(version), row);
  launchTemplates(world).put(templateId, { ...template, latestVersion: version, lastVersion: version });
  return row;
}

/** Who made a template or a version, as EC2 shows it. */
export function creatorOf(world: World, principal: Principal): string {
  if (principal.kind === 'administrator') return principal.arn;
  if (principal.kind === 'role') return sessionArn(principal);
  return `arn:aws:iam::${world.account}:root`;
}

/** Source: EC2 user guide, "User data": 16 KB before it is base64-encoded. */
const longestUserData = 16 * 1024;

/** Refuses user data that is too long or not base64. */
export function checkUserData(userData: string | undefined): void {
  if (userData === undefined) return;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(userData)) {
    throw new AwsError('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  if (Buffer.from(userData, 'base64').length > longestUserData) {
    throw new AwsError('InvalidParameterValue', `User data is limited to ${longestUserData} bytes`);
  }
}
