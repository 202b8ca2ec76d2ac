import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Doors, doorsIn } from '../../../local/machines/nspawn/hostForwards.ts';
import { succeed } from '../../../local/machines/nspawn/machine/command.ts';
import type { MachineHost } from '../../../local/machines/nspawn/machine/host.ts';
import { runIn } from '../../../local/machines/nspawn/machine/runIn.ts';
import { within } from '../../../local/machines/nspawn/machine/waiting.ts';
import { worldIdOf } from '../../../local/world/openMachinesWorld.ts';

/** A world of machines as somebody beside it sees it: its folder, its machines, the process that owns it. */
export interface TestWorld {
  readonly folder: string;
  readonly worldId: string;
  readonly host: MachineHost;
}

/** The world of a folder; nothing is opened. */
export function worldIn(folder: string): TestWorld {
  const worldId = worldIdOf(folder);
  return {
    folder: resolve(folder),
    worldId,
    // Machines of it are started by their owner, who knows their image.
    host: { worldId, folder: join(resolve(folder), 'machines'), baseImage: '' },
  };
}

const command = [join('cli', 'kubestep.mjs')];

/** Runs kubestep as a user would; what it says goes to this process's own output. */
export function kubestep({ folder }: TestWorld, ...words: readonly string[]): Promise<string> {
  return succeed(process.execPath, [...command, ...words, '--world', folder]);
}

/** Runs a script in a machine as root; throws with what it complained of. */
export async function inMachine(
  { host }: TestWorld,
  instanceId: string,
  script: string,
  seconds = 60,
): Promise<string> {
  const answer = await runIn(host, instanceId, ['/bin/bash', '-c', `set -euo pipefail\n${script}`], {
    timeoutSeconds: seconds,
  });
  if (answer.status !== 'Success')
    throw new Error(`${instanceId}: ${answer.status} (${answer.exitCode}): ${answer.standardError.slice(-2000)}`);
  return answer.standardOutput;
}

/** The process that owns the world; undefined while there is none. */
export function ownerOf({ folder }: TestWorld): number | undefined {
  const file = join(folder, 'owner.json');
  if (!existsSync(file)) return undefined;
  const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number };
  return existsSync(`/proc/${pid}`) ? pid : undefined;
}

/** Where this host reaches the world's balancers. */
export const doorsOf = ({ folder }: TestWorld): Doors => doorsIn(folder);

/** Resolves with what `ask` found; a question that fails is asked again. Throws when the time is over, with the last reason. */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  let reason = '';
  const found = await within(seconds, async () => {
    try {
      const answer = await ask();
      if (answer !== undefined) return { answer };
    } catch (error) {
      reason = `: ${String(error)}`;
    }
    await pause(0.5);
    return undefined;
  });
  if (!found) throw new Error(`Not within ${seconds} s: ${what}${reason}`);
  return found.answer;
}

/** Lets real time pass. */
export const pause = (seconds: number): Promise<undefined> => within(seconds, () => undefined);
