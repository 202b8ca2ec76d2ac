import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  type LaunchTemplate,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
  type RequestLaunchTemplateData,
  type ResponseLaunchTemplateData,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity, NodeGroupBlueprint } from '../blueprint/blueprint.ts';
import { operatorTags } from '../blueprint/tags.ts';
import { ec2 } from '../clients/ec2.ts';
import { withToken } from './clientToken.ts';
import { isNotFound, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { metadataOptions, rootVolume } from './instances.ts';
import { requireShape, unordered } from './shape.ts';
import { keyIn, plainTags, taggedAs, taggedFor } from './tags.ts';

/** One version of a launch template, pinned: never `$Latest`. */
export interface TemplateVersion {
  readonly templateId: string;
  readonly version: string;
}

/** What a group's machines are launched from, besides its blueprint. */
export interface TemplateParts {
  readonly profileName: string;
  readonly securityGroupId: string;
  readonly volumeKeyArn: string;
  readonly userData: string;
}

/** The launch templates of the cluster's groups: names cannot be changed, tags can. */
export async function findLaunchTemplates(clusterId: string): Promise<{ id: string; key: string }[]> {
  const found: { id: string; key: string }[] = [];
  const pages = paginateDescribeLaunchTemplates({ client: ec2 }, { Filters: taggedFor(clusterId) });
  for await (const page of pages) {
    for (const { LaunchTemplateId, LaunchTemplateName, Tags } of page.LaunchTemplates ?? []) {
      const key = keyIn(Tags, clusterId, 'launch-template');
      const isNamed = LaunchTemplateName?.startsWith(`${clusterId}-`) ?? false;
      if (key !== undefined && isNamed) found.push({ id: idOf(LaunchTemplateId), key });
    }
  }
  return found;
}

/** What a version of a template says of itself, and what its machines run at their first boot. */
export interface FoundVersion {
  readonly description: string | undefined;
  /** In base64, as EC2 keeps it. It holds no secret: everybody on the machine may read it. */
  readonly userData: string | undefined;
}

/** One version of a template, which never changes. */
export async function templateVersion({ templateId, version }: TemplateVersion): Promise<FoundVersion> {
  const request = { LaunchTemplateId: templateId, Versions: [version] };
  const { LaunchTemplateVersions = [] } = await ec2.send(new DescribeLaunchTemplateVersionsCommand(request));
  const [found] = LaunchTemplateVersions;
  return { description: found?.VersionDescription, userData: found?.LaunchTemplateData?.UserData };
}

/**
 * Ensures a version of the group's template that says exactly this, and returns it. A version never changes, and is pinned by
 * its number: what others add to the template is never launched.
 */
export async function ensureTemplateVersion(
  cluster: ClusterIdentity,
  group: NodeGroupBlueprint,
  parts: TemplateParts,
): Promise<TemplateVersion> {
  const data = templateData(cluster, group, parts);
  const digest = createHash('sha256').update(JSON.stringify(data)).digest('hex');
  const existing = await templateNamed(group.groupName);
  if (!existing) return createTemplate(cluster, group, data, digest);

  requireShape(`The launch template ${group.groupName}`, {
    tag: [keyIn(existing.Tags, cluster.id, 'launch-template'), group.name],
  });
  const templateId = idOf(existing.LaunchTemplateId);
  const version = (await versionWith(templateId, data)) ?? (await createVersion(templateId, data, digest));
  return { templateId, version };
}

function templateData(
  cluster: ClusterIdentity,
  { name, machine }: NodeGroupBlueprint,
  { profileName, securityGroupId, volumeKeyArn, userData }: TemplateParts,
): RequestLaunchTemplateData {
  return {
    ImageId: machine.imageId,
    InstanceType: machine.instanceTypes[0] as NonNullable<RequestLaunchTemplateData['InstanceType']>,
    IamInstanceProfile: { Name: profileName },
    SecurityGroupIds: [securityGroupId],
    MetadataOptions: metadataOptions,
    BlockDeviceMappings: rootVolume(machine, volumeKeyArn),
    UserData: Buffer.from(userData).toString('base64'),
    TagSpecifications: templateTags(cluster, name),
  };
}

/** The tags of what a group's machines consist of. */
export const templateTags = (cluster: ClusterIdentity, group: string): TagSpecification[] => [
  ...taggedAs('instance', cluster, `instance/${group}`),
  ...taggedAs('volume', cluster, `volume/root-${group}`),
  {
    ResourceType: 'network-interface',
    Tags: plainTags({ ...operatorTags(cluster), Name: `${cluster.id}-${group}` }),
  },
];

async function templateNamed(name: string): Promise<LaunchTemplate | undefined> {
  try {
    const { LaunchTemplates } = await ec2.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateNames: [name] }));
    return LaunchTemplates?.[0];
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function createTemplate(
  cluster: ClusterIdentity,
  { name, groupName }: NodeGroupBlueprint,
  data: RequestLaunchTemplateData,
  digest: string,
): Promise<TemplateVersion> {
  const resource = `launch-template/${name}` as const;
  const { LaunchTemplate: created } = await ec2.send(
    new CreateLaunchTemplateCommand(
      withToken({
        LaunchTemplateName: groupName,
        LaunchTemplateData: data,
        VersionDescription: digest,
        TagSpecifications: taggedAs('launch-template', cluster, resource),
      }),
    ),
  );
  return { templateId: idOf(created?.LaunchTemplateId), version: '1' };
}

async function versionWith(templateId: string, data: RequestLaunchTemplateData): Promise<string | undefined> {
  const pages = paginateDescribeLaunchTemplateVersions({ client: ec2 }, { LaunchTemplateId: templateId });
  for await (const page of pages) {
    const same = page.LaunchTemplateVersions?.find(({ LaunchTemplateData }) => saysTheSame(LaunchTemplateData, data));
    if (same) return String(same.VersionNumber);
  }
  return undefined;
}

/** EC2 adds to a version how far its metadata options have come, and keeps no order of tags. */
function saysTheSame(found: ResponseLaunchTemplateData | undefined, data: RequestLaunchTemplateData): boolean {
  const { State: _, ...MetadataOptions } = found?.MetadataOptions ?? {};
  return isDeepStrictEqual(comparable({ ...found, MetadataOptions }), comparable(data));
}

function comparable(data: RequestLaunchTemplateData | ResponseLaunchTemplateData): unknown {
  const TagSpecifications = (data.TagSpecifications ?? []).map(({ ResourceType, Tags }) => ({
    ResourceType,
    Tags: unordered((Tags ?? []).map(({ Key, Value }) => `${Key}=${Value}`)),
  }));
  // What is undefined is absent.
  return JSON.parse(JSON.stringify({ ...data, TagSpecifications }));
}

async function createVersion(templateId: string, data: RequestLaunchTemplateData, digest: string): Promise<string> {
  const { LaunchTemplateVersion: created } = await settled(
    ec2.send(
      new CreateLaunchTemplateVersionCommand(
        withToken({ LaunchTemplateId: templateId, LaunchTemplateData: data, VersionDescription: digest }),
      ),
    ),
  );
  return String(created?.VersionNumber);
}

/** Deletes the template with all its versions. */
export async function removeLaunchTemplate(templateId: string): Promise<void> {
  await removed(templateId, ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: templateId })));
}
