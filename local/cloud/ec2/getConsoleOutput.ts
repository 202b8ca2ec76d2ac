import * as z from 'zod';
import { operation } from '../operation.ts';
import { nowOf } from '../world.ts';
import { accessTo } from './access.ts';
import { instanceOf } from './instances.ts';

/** Machines of the model write nothing to their serial console. */
export const GetConsoleOutput = operation({
  input: z.strictObject({ InstanceId: z.string(), Latest: z.boolean().optional() }),
  access: (world, { InstanceId }) => [accessTo(world, 'GetConsoleOutput', instanceOf(world, InstanceId).instanceId)],
  run: (world, { InstanceId }) => {
    instanceOf(world, InstanceId);
    return { InstanceId, Timestamp: new Date(nowOf(world)), Output: undefined };
  },
});
