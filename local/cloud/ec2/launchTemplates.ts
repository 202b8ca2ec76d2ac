import { AwsError } from '../errors.ts';
import { tableOf, type World } from '../world.ts';
import type { TemplateParameters } from './launchParameters.ts';
import { notFound } from './resourceTypes.ts';
import type { Visible } from './visibility.ts';

export interface LaunchTemplateRow extends Visible {
  readonly templateId: string;
  readonly name: string;
  readonly createdBy: string;
  readonly defaultVersion: number;
  /** The highest version that exists. */
  readonly latestVersion: number;
  /** The highest version that ever existed: numbers are not used twice. */
  readonly lastVersion: number;
}

export interface LaunchTemplateVersionRow {
  readonly templateId: string;
  readonly version: number;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly parameters: TemplateParameters;
}

export const launchTemplates = tableOf<LaunchTemplateRow>('ec2.launchTemplates');

/** Which template has a name. */
export const launchTemplateNames = tableOf<string>('ec2.launchTemplateNames');

/** The versions of one template, by number. */
export const versionsOf = (world: World, templateId: string) =>
  tableOf<LaunchTemplateVersionRow>(`ec2.launchTemplateVersions/${templateId}`)(world);

/** How requests name a template: exactly one of id and name. */
export interface TemplateName {
  readonly LaunchTemplateId?: string | undefined;
  readonly LaunchTemplateName?: string | undefined;
}

/** The template that a request names, or what EC2 answers without one. */
export function templateOf(world: World, { LaunchTemplateId, LaunchTemplateName }: TemplateName): LaunchTemplateRow {
  if ((LaunchTemplateId === undefined) === (LaunchTemplateName === undefined)) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Exactly one of launch template ID or launch template name must be specified.',
    );
  }
  const id = LaunchTemplateId ?? launchTemplateNames(world).get(LaunchTemplateName ?? '');
  const template = id === undefined ? undefined : launchTemplates(world).get(id);
  if (template) return template;
  if (LaunchTemplateId !== undefined) throw notFound('launch-template', LaunchTemplateId);
  throw new AwsError(
    'InvalidLaunchTemplateName.NotFoundException',
    `The specified launch template, with template name ${LaunchTemplateName}, does not exist.`,
  );
}

/** One version of a template: a number, `$Default` or `$Latest`; without one the default. */
export function versionOf(world: World, template: LaunchTemplateRow, version = '$Default'): LaunchTemplateVersionRow {
  const found = versionsOf(world, template.templateId).get(String(versionNumber(template, version)));
  if (found) return found;
  throw new AwsError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${version} for the launch template with ID ${template.templateId}.`,
  );
}

function versionNumber(template: LaunchTemplateRow, version: string): number {
  if (version === '$Default') return template.defaultVersion;
  if (version === '$Latest') return template.latestVersion;
  if (/^[1-9][0-9]{0,9}$/.test(version)) return Number(version);
  throw new AwsError(
    'InvalidParameterValue',
    `Invalid launch template version: either '$Default', '$Latest', or a numeric version are allowed.`,
  );
}
