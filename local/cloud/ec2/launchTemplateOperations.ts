import type { LaunchTemplate } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, type World } from '../world.ts';
import { accessTo, accessToAll, accessToCreate } from './access.ts';
import { onceForToken } from './clientTokens.ts';
import { describeInput, describeRows } from './describe.ts';
import { launchParametersFields } from './launchParameters.ts';
import {
  type LaunchTemplateRow,
  launchTemplateNames,
  launchTemplates,
  templateOf,
  versionOf,
  versionsOf,
} from './launchTemplates.ts';
import { creatorOf, putVersion } from './launchTemplateVersions.ts';
import { dropTags, putTags, shownTags, tagSpecificationsInput, tagsFor } from './tags.ts';
import { visibleSoon } from './visibility.ts';

/** Service Quotas: launch templates per Region. */
const templatesQuota = 'L-FB451C26';

export const CreateLaunchTemplate = operation({
  input: z.strictObject({
    LaunchTemplateName: z.string(),
    VersionDescription: z.string().max(255).optional(),
    LaunchTemplateData: z.strictObject(launchParametersFields),
    TagSpecifications: tagSpecificationsInput,
    ClientToken: z.string().optional(),
  }),
  access: (world, { TagSpecifications }) =>
    accessToCreate(world, 'CreateLaunchTemplate', 'launch-template', TagSpecifications),
  run: (world, { ClientToken, ...request }, call) => {
    const token = { operation: 'CreateLaunchTemplate', token: ClientToken, parameters: request };
    const ids = onceForToken(world, token, () => {
      checkName(world, request.LaunchTemplateName);
      const tags = tagsFor('launch-template', request.TagSpecifications);
      if (launchTemplates(world).size >= quotaOf(world, templatesQuota)) {
        throw new AwsError('LaunchTemplateLimitExceeded', 'You have reached the maximum number of launch templates.');
      }
      const template: LaunchTemplateRow = {
        ...visibleSoon(world),
        templateId: newId(world, 'lt'),
        name: request.LaunchTemplateName,
        createdBy: creatorOf(world, call.principal),
        defaultVersion: 1,
        latestVersion: 0,
        lastVersion: 0,
      };
      putVersion(world, template, request.LaunchTemplateData, request.VersionDescription, template.createdBy);
      launchTemplateNames(world).put(template.name, template.templateId);
      putTags(world, 'launch-template', template.templateId, tags);
      return [template.templateId];
    });
    return { LaunchTemplate: shownTemplate(world, templateOf(world, { LaunchTemplateId: ids[0] })) };
  },
});

export const DescribeLaunchTemplates = operation({
  input: z.strictObject({
    ...describeInput,
    LaunchTemplateIds: z.array(z.string()).optional(),
    LaunchTemplateNames: z.array(z.string()).optional(),
  }),
  access: (world) => accessToAll(world, 'DescribeLaunchTemplates'),
  run: (world, request) => {
    const named = request.LaunchTemplateNames?.map(
      (name) => templateOf(world, { LaunchTemplateName: name }).templateId,
    );
    const { rows, nextToken } = describeRows(world, {
      operation: 'DescribeLaunchTemplates',
      type: 'launch-template',
      table: launchTemplates(world),
      ids: request.LaunchTemplateIds ?? named,
      request,
      fields: { 'launch-template-name': (template) => template.name },
      idOf: (template) => template.templateId,
    });
    return { LaunchTemplates: rows.map((template) => shownTemplate(world, template)), NextToken: nextToken };
  },
});

export const ModifyLaunchTemplate = operation({
  input: z.strictObject({
    LaunchTemplateId: z.string().optional(),
    LaunchTemplateName: z.string().optional(),
    DefaultVersion: z.string(),
  }),
  access: (world, request) => [accessTo(world, 'ModifyLaunchTemplate', templateOf(world, request).templateId)],
  run: (world, request) => {
    const template = templateOf(world, request);
    const { version } = versionOf(world, template, request.DefaultVersion);
    const changed = { ...template, defaultVersion: version };
    launchTemplates(world).put(template.templateId, changed);
    return { LaunchTemplate: shownTemplate(world, changed) };
  },
});

export const DeleteLaunchTemplate = operation({
  input: z.strictObject({ LaunchTemplateId: z.string().optional(), LaunchTemplateName: z.string().optional() }),
  access: (world, request) => [accessTo(world, 'DeleteLaunchTemplate', templateOf(world, request).templateId)],
  run: (world, request) => {
    const template = templateOf(world, request);
    const shown = shownTemplate(world, template);
    const versions = versionsOf(world, template.templateId);
    for (const { version } of [...versions.rows()]) versions.delete(String(version));
    launchTemplates(world).delete(template.templateId);
    launchTemplateNames(world).delete(template.name);
    dropTags(world, template.templateId);
    return { LaunchTemplate: shown };
  },
});

function checkName(world: World, name: string): void {
  if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name)) {
    throw new AwsError(
      'InvalidLaunchTemplateName.MalformedException',
      `The launch template name '${name}' must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _.`,
    );
  }
  if (!launchTemplateNames(world).has(name)) return;
  throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', `Launch template name already in use.`);
}

function shownTemplate(world: World, template: LaunchTemplateRow): LaunchTemplate {
  return {
    LaunchTemplateId: template.templateId,
    LaunchTemplateName: template.name,
    CreateTime: new Date(template.createdAt),
    CreatedBy: template.createdBy,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: template.latestVersion,
    Tags: shownTags(world, template.templateId),
  };
}
