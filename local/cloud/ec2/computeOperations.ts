import type { World } from '../world.ts';
import { GetConsoleOutput } from './consoleOutput.ts';
import { DescribeInstanceStatus, DescribeInstances } from './describeInstances.ts';
import { DescribeImages } from './imageOperations.ts';
import {
  DescribeIamInstanceProfileAssociations,
  DescribeInstanceAttribute,
  ModifyInstanceAttribute,
  ModifyInstanceMetadataOptions,
} from './instanceAttributes.ts';
import { defineInstanceJobs } from './instanceLifecycle.ts';
import { RebootInstances, StartInstances, StopInstances, TerminateInstances } from './instanceStateOperations.ts';
import { DescribeInstanceTopology } from './instanceTopology.ts';
import { DescribeInstanceTypeOfferings, DescribeInstanceTypes } from './instanceTypeOperations.ts';
import {
  CreateLaunchTemplate,
  DeleteLaunchTemplate,
  DescribeLaunchTemplates,
  ModifyLaunchTemplate,
} from './launchTemplateOperations.ts';
import {
  CreateLaunchTemplateVersion,
  DeleteLaunchTemplateVersions,
  DescribeLaunchTemplateVersions,
} from './launchTemplateVersions.ts';
import { RunInstances } from './runInstances.ts';
import { AttachVolume, DetachVolume, defineVolumeAttachmentJobs } from './volumeAttachments.ts';
import { defineVolumeDeletion } from './volumeDeletion.ts';
import { DescribeVolumesModifications, ModifyVolume } from './volumeModifications.ts';
import { CreateVolume, DeleteVolume, DescribeVolumes } from './volumeOperations.ts';

/** EC2's operations on instances, volumes, launch templates, images and instance types. */
export const computeOperations = {
  RunInstances,
  DescribeInstances,
  DescribeInstanceStatus,
  DescribeInstanceAttribute,
  DescribeInstanceTopology,
  TerminateInstances,
  StopInstances,
  StartInstances,
  RebootInstances,
  ModifyInstanceAttribute,
  ModifyInstanceMetadataOptions,
  GetConsoleOutput,
  DescribeIamInstanceProfileAssociations,
  DescribeInstanceTypes,
  DescribeInstanceTypeOfferings,
  DescribeImages,
  CreateVolume,
  DescribeVolumes,
  DeleteVolume,
  AttachVolume,
  DetachVolume,
  ModifyVolume,
  DescribeVolumesModifications,
  CreateLaunchTemplate,
  CreateLaunchTemplateVersion,
  DescribeLaunchTemplates,
  DescribeLaunchTemplateVersions,
  ModifyLaunchTemplate,
  DeleteLaunchTemplate,
  DeleteLaunchTemplateVersions,
};

/** What the world does by itself with instances and volumes. Called once, when a world is put together. */
export function defineComputeJobs(world: World): void {
  defineInstanceJobs(world);
  defineVolumeAttachmentJobs(world);
  defineVolumeDeletion(world);
}
