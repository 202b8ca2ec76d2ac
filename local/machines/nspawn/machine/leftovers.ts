import { existsSync, readdirSync } from 'node:fs';
import { ended, succeed } from './command.ts';
import { groupsOf, killGroup, processesOf, removeGroup, removeWorldGroup, worldFolders } from './controlGroups.ts';
import { worldPrefix } from './host.ts';
import { freeLoopDevices, loopDevices } from './loopDevices.ts';
import { mounts, unmountDisks } from './mounts.ts';
import { isVolumeOf } from './volumes.ts';
import { within } from './waiting.ts';

const namespaces = '/run/netns';
const endingSeconds = 10;

/** Everything of a world that is on this host beyond its folder, one a line. Empty: nothing. */
export async function leftovers(worldId: string): Promise<readonly string[]> {
  return [
    ...(await processesOfWorld(worldId)).map((processId) => `process ${processId}`),
    ...mountsOf(worldId).map((path) => `mount ${path}`),
    ...loopDevices()
      .filter(({ file }) => isVolumeOf(worldId, file))
      .map(({ name, file }) => `loop device ${name} of ${file}`),
    ...namespacesOf(worldId).map((name) => `network namespace ${name}`),
    ...worldFolders(worldId).map((folder) => `control group ${folder}`),
  ];
}

/** Ends everything of a world on this host and nothing of another one. Files in its folder stay. */
export async function cleanWorld(worldId: string): Promise<void> {
  // Supervisors first, or they would start their machines again.
  const groups = [...groupsOf(worldId)].sort((one, other) => Number(isSupervisor(other)) - Number(isSupervisor(one)));
  for (const name of groups) await killGroup({ worldId, name });
  await unmountDisks((name) => isOfWorld(worldId, name));
  await freeLoopDevices((file) => isVolumeOf(worldId, file));
  for (const name of namespacesOf(worldId)) await removeNamespace(name);
  for (const name of groupsOf(worldId)) await removeGroup({ worldId, name });
  await removeWorldGroup(worldId);
  const left = await within(endingSeconds, async () => ((await leftovers(worldId)).length === 0 ? true : undefined));
  if (!left) throw new Error(`Of ${worldPrefix(worldId)} is left: ${(await leftovers(worldId)).join(', ')}.`);
}

const isSupervisor = (group: string): boolean => group.endsWith('.supervisor');

async function processesOfWorld(worldId: string): Promise<readonly number[]> {
  const inGroups = groupsOf(worldId).flatMap((name) => processesOf({ worldId, name }));
  const inNamespaces = await Promise.all(namespacesOf(worldId).map(processesIn));
  return [...new Set([...inGroups, ...inNamespaces.flat()])];
}

const isOfWorld = (worldId: string, name: string): boolean => name.startsWith(`${worldPrefix(worldId)}-`);

const mountsOf = (worldId: string): readonly string[] =>
  mounts()
    .filter(({ source }) => isOfWorld(worldId, source))
    .map(({ path }) => path);

const namespacesOf = (worldId: string): readonly string[] =>
  existsSync(namespaces) ? readdirSync(namespaces).filter((name) => isOfWorld(worldId, name)) : [];

/** Who is in a namespace of the world serves it: its gateway, say. */
async function processesIn(namespace: string): Promise<readonly number[]> {
  const { standardOutput } = await ended('ip', ['netns', 'pids', namespace]);
  return standardOutput.split('\n').filter(Boolean).map(Number);
}

async function removeNamespace(name: string): Promise<void> {
  for (const processId of await processesIn(name)) {
    try {
      process.kill(processId, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  await within(endingSeconds, async () => ((await processesIn(name)).length === 0 ? true : undefined));
  await succeed('ip', ['netns', 'delete', name]);
}
