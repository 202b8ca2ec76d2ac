import * as z from 'zod';
import { volumeLimits } from '../awsLimits.ts';
import { groupName, instanceType, labelKey, labelValue, zone } from './texts.ts';

const { gp3, io2, minGiB, maxGiB } = volumeLimits;

const volumeShape = {
  type: z
    .enum(['gp3', 'io2'])
    .default('gp3')
    .describe('Type of the EBS volume: gp3 for general purpose, io2 for more operations per second at a higher price'),
  sizeGiB: z.int().min(minGiB).max(maxGiB).describe('Size in GiB'),
  iops: z
    .int()
    .min(io2.lowestIops)
    .max(io2.highestIops)
    .default(gp3.lowestIops)
    .describe('Operations per second. gp3 includes 3,000; more cost extra'),
  throughputMiBps: z
    .int()
    .min(gp3.lowestMiBps)
    .max(gp3.highestMiBps)
    .optional()
    .describe('Throughput in MiB per second, gp3 only. Default: 125, which is included; more costs extra'),
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
    .describe(
      'Number of etcd members: 3 survive the loss of one, 5 the loss of two. 1 is for clusters that may be lost',
    ),
  placement: z
    .enum(['stacked', 'dedicated'])
    .default('stacked')
    .describe('stacked: on the masters. dedicated: on machines of their own, for thousands of nodes'),
  instanceType: instanceType
    .optional()
    .describe('EC2 instance type of dedicated members. Default: follows the number of nodes'),
  volume: z
    .strictObject(volumeShape)
    .optional()
    .describe('Volume of each member’s data, which outlives its machines. Default: follows the number of nodes'),
});

/** `spec.controlPlane` */
export const controlPlane = z.strictObject({
  count: z
    .int()
    .min(1)
    .max(5)
    .optional()
    .describe('Number of masters. Default: the number of etcd members, or 3 with dedicated etcd'),
  instanceType: instanceType.optional().describe('EC2 instance type of masters. Default: follows the number of nodes'),
  rootVolume: rootVolume(30).describe('Root volume of each master, for images and logs'),
});

const taint = z.strictObject({
  key: labelKey.describe('Key of the taint, such as dedicated'),
  value: labelValue.default('').describe('Value of the taint'),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .describe('What happens to pods that do not tolerate the taint'),
});

/** One of `spec.nodeGroups` */
export const nodeGroup = z.strictObject({
  name: groupName.describe('Name of the group, unique within the cluster'),
  instanceTypes: z
    .array(instanceType)
    .min(1)
    .max(40)
    .describe('EC2 instance types in order of preference, all of one architecture'),
  spot: z
    .strictObject({
      percentAboveBase: z
        .int()
        .min(0)
        .max(100)
        .default(0)
        .describe('Percentage of Spot machines among those beyond onDemandBase'),
      onDemandBase: z
        .int()
        .min(0)
        .max(5000)
        .default(0)
        .describe('Number of On-Demand machines before any Spot machine'),
    })
    .prefault({})
    .describe('Share of Spot machines, which are cheaper and can be reclaimed by EC2 at two minutes’ notice'),
  min: z.int().min(0).max(5000).default(0).describe('Minimum number of machines'),
  max: z
    .int()
    .min(0)
    .max(5000)
    .describe(
      'Maximum number of machines. Address ranges, routes and defaults of the control plane follow the sum of all groups',
    ),
  desired: z.int().min(0).max(5000).optional().describe('Number of machines when the cluster is created. Default: min'),
  labels: z
    .record(labelKey, labelValue)
    .default({})
    .describe('Labels of the nodes; only those that kubelets may set themselves'),
  taints: z.array(taint).max(50).default([]).describe('Taints that nodes register with'),
  zones: z
    .array(zone)
    .min(1)
    .max(7)
    .optional()
    .describe('Availability zones of the group. Default: all zones of the cluster'),
  rootVolume: rootVolume(40).describe('Root volume of each node, for images, logs and what pods write'),
});
