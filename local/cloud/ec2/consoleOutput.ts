import * as z from 'zod';
import { operation } from '../operation.ts';
import { nowOf, tableOf, type World } from '../world.ts';
import { accessTo } from './access.ts';
import { instanceOf } from './instances.ts';

/** What a machine wrote to its serial console, by instance id. */
const consoles = tableOf<{ readonly text: string; readonly at: number }>('ec2.consoles');

/** EC2 keeps the last 64 KB (source: EC2 API reference, GetConsoleOutput). */
const kept = 64 * 1024;

/** Machines write here. */
export function writeToConsole(world: World, instanceId: string, text: string): void {
  const before = consoles(world).get(instanceId)?.text ?? '';
  consoles(world).put(instanceId, { text: `${before}${text}`.slice(-kept), at: nowOf(world) });
}

export const GetConsoleOutput = operation({
  input: z.strictObject({ InstanceId: z.string(), Latest: z.boolean().optional() }),
  access: (world, { InstanceId }) => [accessTo(world, 'GetConsoleOutput', instanceOf(world, InstanceId).instanceId)],
  run: (world, { InstanceId }) => {
    instanceOf(world, InstanceId);
    const console = consoles(world).get(InstanceId);
    return {
      InstanceId,
      Timestamp: new Date(console?.at ?? nowOf(world)),
      Output: console && Buffer.from(console.text).toString('base64'),
    };
  },
});
