import * as z from 'zod';
import { volumeLimits } from '../awsLimits.ts';
import { groupName, instanceType, labelKey, labelValue, zone } from './texts.ts';

const { gp3, io2, leastGiB, mostGiB } = volumeLimits;

const volumeShape = {
  type: z.enum(['gp3', 'io2']).default('gp3').describe('General purpose, or provisioned operations'),
  sizeGiB: z.int().min(leastGiB).max(mostGiB).describe('Its size'),
  iops: z.int().min(io2.lowestIops).max(io2.highestIops).default(gp3.lowestIops).describe('Operations a second'),
  throughputMiBps: z.int().min(gp3.lowestMiBps).max(gp3.highestMiBps).optional().describe('gp3 only; 125 unless told'),
};

const rootVolume = (sizeGiB: number) =>
  z.strictObject({ ...volumeShape, sizeGiB: volumeShape.sizeGiB.default(sizeGiB) }).prefault({});

/** `spec.etcd` */
export const etcd = z.strictObject({
  members: z
    .literal([1, 3, 5], {
      error: 'an odd number of members: 3, 5, or 1 for a cluster that may be lost',
    })
    .default(3)
    .describe('3 survive the loss of one, 5 of two. An even number survives no more than one less would'),
  placement: z
    .enum(['stacked', 'dedicated'])
    .default('stacked')
    .describe('stacked: on the masters. dedicated: on machines of their own, for thousands of nodes'),
  instanceType: instanceType.optional().describe('Of dedicated members. Default: by the number of nodes'),
  volume: z
    .strictObject(volumeShape)
    .optional()
    .describe('Holds the data and outlives its machines. Default: by the number of nodes'),
});

/** `spec.controlPlane` */
export const controlPlane = z.strictObject({
  count: z
    .int()
    .min(1)
    .max(5)
    .optional()
    .describe('Masters. Default: as many as etcd has members, or 3 beside dedicated etcd'),
  instanceType: instanceType.optional().describe('Default: by the number of nodes'),
  rootVolume: rootVolume(30).describe('The disk of each master: images and logs'),
});

const taint = z.strictObject({
  key: labelKey.describe('A key such as dedicated'),
  value: labelValue.default('').describe('Its value'),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .describe('What happens to pods that do not tolerate it'),
});

/** One of `spec.nodeGroups` */
export const nodeGroup = z.strictObject({
  name: groupName.describe('Unique within the cluster'),
  instanceTypes: z.array(instanceType).min(1).max(40).describe('In order of preference, all of one architecture'),
  spot: z
    .strictObject({
      percentAboveBase: z.int().min(0).max(100).default(0).describe('Share of Spot machines beyond the base'),
      onDemandBase: z.int().min(0).max(5000).default(0).describe('Machines that are On-Demand before Spot begins'),
    })
    .prefault({})
    .describe('How much of the group is Spot'),
  min: z.int().min(0).max(5000).default(0).describe('Fewest machines'),
  max: z
    .int()
    .min(0)
    .max(5000)
    .describe('Most machines; room for pods, routes and the control plane follows the sum of these'),
  desired: z.int().min(0).max(5000).optional().describe('Default: min'),
  labels: z.record(labelKey, labelValue).default({}).describe('Labels of the nodes, as kubelets may set them'),
  taints: z.array(taint).max(50).default([]).describe('Taints with which the nodes register'),
  zones: z.array(zone).min(1).max(7).optional().describe('Default: all zones of the cluster'),
  rootVolume: rootVolume(40).describe('The disk of each node: images, logs and what pods write'),
});
