import * as z from 'zod';
import { instanceState, instances } from '../ec2/instances.ts';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { pageOf } from './paging.ts';

export const DescribeInstanceInformation = operation({
  input: z.strictObject({
    Filters: z
      .array(z.strictObject({ Key: z.enum(['InstanceIds', 'PingStatus']), Values: z.array(z.string()).min(1) }))
      .optional(),
    MaxResults: z.int().min(5).max(50).optional(),
    NextToken: z.string().optional(),
  }),
  access: () => [{ action: 'ssm:DescribeInstanceInformation', resource: '*' }],
  run: (world, input) => {
    const filters = input.Filters ?? [];
    const ids = filters.find((filter) => filter.Key === 'InstanceIds')?.Values;
    const wantsOnline = filters.every((filter) => filter.Key !== 'PingStatus' || filter.Values.includes('Online'));
    const online = wantsOnline ? managed(world, ids) : [];
    const { entries, nextToken } = pageOf(online, input);
    return {
      InstanceInformationList: entries.map((instance) => ({
        InstanceId: instance.instanceId,
        PingStatus: 'Online',
        LastPingDateTime: new Date(nowOf(world)),
        PlatformType: 'Linux',
        ResourceType: 'EC2Instance',
      })),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
});

/** The running instances whose agents are connected. The model forgets an agent as soon as it is gone. */
function managed(world: World, ids: readonly string[] | undefined) {
  const some = ids ? ids.flatMap((id) => instances(world).get(id) ?? []) : [...instances(world).rows()];
  return some.filter(
    (instance) => instanceState(world, instance) === 'running' && world.machines.agentOnline(instance.instanceId),
  );
}
