import * as z from 'zod';
import { AwsError, NotModelled } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import type { World } from '../world.ts';
import { accessTo, accessToAll } from './access.ts';
import { onceForToken } from './clientTokens.ts';
import { launchParametersFields, mergedParameters } from './launchParameters.ts';
import {
  type LaunchTemplateRow,
  type LaunchTemplateVersionRow,
  launchTemplates,
  templateOf,
  versionOf,
  versionsOf,
} from './launchTemplates.ts';
import { creatorOf, putVersion } from './launchTemplateVersions.ts';
import { pageOf } from './paging.ts';

/** Service Quotas: versions per launch template. */
const versionsQuota = 'L-142B4294';

const templateName = { LaunchTemplateId: z.string().optional(), LaunchTemplateName: z.string().optional() };

export const CreateLaunchTemplateVersion = operation({
  input: z.strictObject({
    ...templateName,
    SourceVersion: z.string().optional(),
    VersionDescription: z.string().max(255).optional(),
    LaunchTemplateData: z.strictObject(launchParametersFields),
    ClientToken: z.string().optional(),
  }),
  access: (world, request) => [accessTo(world, 'CreateLaunchTemplateVersion', templateOf(world, request).templateId)],
  run: (world, { ClientToken, ...request }, call) => {
    const template = templateOf(world, request);
    const token = { operation: 'CreateLaunchTemplateVersion', token: ClientToken, parameters: request };
    const [version] = onceForToken(world, token, () => {
      if (versionsOf(world, template.templateId).size >= quotaOf(world, versionsQuota)) {
        throw new AwsError(
          'LaunchTemplateVersionLimitExceeded',
          'You have reached the maximum number of versions of this launch template.',
        );
      }
      const source =
        request.SourceVersion === undefined ? {} : versionOf(world, template, request.SourceVersion).parameters;
      const parameters = mergedParameters(source, request.LaunchTemplateData);
      const creator = creatorOf(world, call.principal);
      return [String(putVersion(world, template, parameters, request.VersionDescription, creator).version)];
    });
    return { LaunchTemplateVersion: shownVersion(world, versionOf(world, templateOf(world, request), version)) };
  },
});

export const DescribeLaunchTemplateVersions = operation({
  input: z.strictObject({
    ...templateName,
    Versions: z.array(z.string()).optional(),
    MinVersion: z.string().optional(),
    MaxVersion: z.string().optional(),
    MaxResults: z.number().int().optional(),
    NextToken: z.string().optional(),
  }),
  access: (world) => accessToAll(world, 'DescribeLaunchTemplateVersions'),
  run: (world, request) => {
    if (request.LaunchTemplateId === undefined && request.LaunchTemplateName === undefined) {
      throw new NotModelled('ec2', 'DescribeLaunchTemplateVersions', 'without a launch template');
    }
    const template = templateOf(world, request);
    const named = request.Versions?.map((version) => versionOf(world, template, version));
    const least = Number(request.MinVersion ?? 0);
    const most = Number(request.MaxVersion ?? Infinity);
    const all = named ?? [...versionsOf(world, template.templateId).rows()];
    const wanted = all.filter(({ version }) => version >= least && version <= most);
    const { rows, nextToken } = pageOf(wanted, request, ({ version }) => String(version).padStart(10, '0'));
    return { LaunchTemplateVersions: rows.map((row) => shownVersion(world, row)), NextToken: nextToken };
  },
});

export const DeleteLaunchTemplateVersions = operation({
  input: z.strictObject({ ...templateName, Versions: z.array(z.string()).min(1).max(200) }),
  access: (world, request) => [accessTo(world, 'DeleteLaunchTemplateVersions', templateOf(world, request).templateId)],
  run: (world, request) => {
    const template = templateOf(world, request);
    const outcomes = request.Versions.map((version) => deleteVersion(world, template, version));
    return {
      SuccessfullyDeletedLaunchTemplateVersions: outcomes.filter(({ ResponseError }) => ResponseError === undefined),
      UnsuccessfullyDeletedLaunchTemplateVersions: outcomes.filter(({ ResponseError }) => ResponseError !== undefined),
    };
  },
});

function deleteVersion(world: World, template: LaunchTemplateRow, named: string) {
  const shown = {
    LaunchTemplateId: template.templateId,
    LaunchTemplateName: template.name,
    VersionNumber: Number(named),
  };
  const failed = (Code: string, Message: string) => ({ ...shown, ResponseError: { Code, Message } });
  const versions = versionsOf(world, template.templateId);
  const row = versions.get(named);
  if (!row) return failed('launchTemplateVersionDoesNotExist', `The version ${named} does not exist.`);
  if (row.version === template.defaultVersion) {
    return failed('unexpectedError', 'You cannot delete the default version of a launch template.');
  }
  versions.delete(named);
  const latestVersion = Math.max(...[...versions.rows()].map(({ version }) => version));
  launchTemplates(world).put(template.templateId, {
    ...templateOf(world, { LaunchTemplateId: template.templateId }),
    latestVersion,
  });
  return { ...shown, ResponseError: undefined };
}

function shownVersion(world: World, row: LaunchTemplateVersionRow) {
  const template = templateOf(world, { LaunchTemplateId: row.templateId });
  return {
    LaunchTemplateId: row.templateId,
    LaunchTemplateName: template.name,
    VersionNumber: row.version,
    VersionDescription: row.description,
    CreateTime: new Date(row.createdAt),
    CreatedBy: row.createdBy,
    DefaultVersion: row.version === template.defaultVersion,
    LaunchTemplateData: row.parameters,
  };
}
