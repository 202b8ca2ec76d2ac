import { createHash } from 'node:crypto';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DescribeLaunchTemplatesCommand,
  type LaunchTemplate,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity, NodeGroupBlueprint } from '../blueprint/blueprint.ts';
import { Conflict } from '../step/errors.ts';
import { ec2 } from './clients/ec2.ts';
import { clientToken } from './clientToken.ts';
import { isNotFound, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { metadataOptions, rootVolume } from './instances.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

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

/** The launch templates of the cluster's groups. */
export async function findLaunchTemplates(clusterId: string): Promise<{ id: string; key: string }[]> {
  const found: { id: string; key: string }[] = [];
  const pages = paginateDescribeLaunchTemplates({ client: ec2 }, { Filters: taggedFor(clusterId) });
  for await (const page of pages) {
    for (const { LaunchTemplateId, Tags } of page.LaunchTemplates ?? []) {
      const key = keyIn(Tags, clusterId, 'launch-template');
      if (key !== undefined) found.push({ id: idOf(LaunchTemplateId), key });
    }
  }
  return found;
}

/**
 * Ensures a version of the group's template that says exactly this, and returns it. A version never changes; which one says
 * what is known by the digest in its description.
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

  if (keyIn(existing.Tags, cluster.id, 'launch-template') !== group.name) {
    throw new Conflict(
      `A launch template ${group.groupName} exists that is not ${cluster.id}'s. Remove it, then resume.`,
    );
  }
  const templateId = idOf(existing.LaunchTemplateId);
  const version =
    (await versionWith(templateId, digest)) ?? (await createVersion(cluster, group, templateId, data, digest));
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
    TagSpecifications: [
      ...taggedAs('instance', cluster, `instance/${name}`),
      ...taggedAs('volume', cluster, `volume/root-${name}`),
    ],
  };
}

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
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: groupName,
      LaunchTemplateData: data,
      VersionDescription: digest,
      ClientToken: clientToken(cluster.id, resource, digest),
      TagSpecifications: taggedAs('launch-template', cluster, resource),
    }),
  );
  return { templateId: idOf(created?.LaunchTemplateId), version: '1' };
}

async function versionWith(templateId: string, digest: string): Promise<string | undefined> {
  const pages = paginateDescribeLaunchTemplateVersions({ client: ec2 }, { LaunchTemplateId: templateId });
  for await (const page of pages) {
    const same = page.LaunchTemplateVersions?.find(({ VersionDescription }) => VersionDescription === digest);
    if (same) return String(same.VersionNumber);
  }
  return undefined;
}

async function createVersion(
  cluster: ClusterIdentity,
  { name }: NodeGroupBlueprint,
  templateId: string,
  data: RequestLaunchTemplateData,
  digest: string,
): Promise<string> {
  const { LaunchTemplateVersion: created } = await settled(
    ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: templateId,
        LaunchTemplateData: data,
        VersionDescription: digest,
        ClientToken: clientToken(cluster.id, `launch-template/${name}`, templateId, digest),
      }),
    ),
  );
  return String(created?.VersionNumber);
}

/** Deletes the template with all its versions. */
export async function removeLaunchTemplate(templateId: string): Promise<void> {
  await removed(templateId, ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: templateId })));
}
