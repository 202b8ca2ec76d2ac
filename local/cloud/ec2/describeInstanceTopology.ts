import * as z from 'zod';
import { operation } from '../operation.ts';
import { accessToAll } from './access.ts';
import { filtersInput } from './filters.ts';
import { instanceOf } from './instances.ts';

/**
 * Where instances are in Amazon's network. EC2 answers for the types of accelerated and high performance computing only, and
 * leaves the others out (source: EC2 user guide, "Prerequisites for using Amazon EC2 topology"); the model has none of those.
 */
export const DescribeInstanceTopology = operation({
  input: z.strictObject({
    InstanceIds: z.array(z.string()).max(100).optional(),
    GroupNames: z.array(z.string()).max(100).optional(),
    Filters: filtersInput,
    MaxResults: z.number().int().min(1).max(100).optional(),
    NextToken: z.string().optional(),
  }),
  access: (world) => accessToAll(world, 'DescribeInstanceTopology'),
  run: (world, { InstanceIds }) => {
    for (const instanceId of InstanceIds ?? []) instanceOf(world, instanceId);
    return { Instances: [] };
  },
});
