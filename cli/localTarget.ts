import { CLUSTER_TAG, RESOURCE_TAG } from '../shared/blueprint/tags.ts';
import { requestTo } from '../shared/operations/routes.ts';
import { CommandFailure, exitCodes } from './exitCodes.ts';
import type { ApiRequest, RunName, Target } from './target.ts';
import { ownTime } from './time.ts';

/** Often enough for a live picture, rare enough to leave the processor to the world. */
const pollMilliseconds = 400;

export interface LocalTargetOptions {
  readonly folder: string;
  readonly projectRoot: string;
  /** Seconds of the world in one of ours. */
  readonly speed?: number;
  /** The function that is to die once, in the middle of its work. */
  readonly dies?: string;
  /** A file that answers tasks of state machines. */
  readonly mocks?: string;
  /** Where the world is served on loopback; any free port where missing. */
  readonly port?: number;
}

/** A target that can also be looked into from outside the product, as somebody with a console can. */
export interface LocalTarget extends Target {
  /** Where other processes of this user reach the world, in AWS's own protocols. */
  readonly endpoint: string;
  runsAtWork(): Promise<readonly RunName[]>;
  /** What EC2 holds of a cluster: ids by what they are tagged as, `vpc/main` → its ids. */
  tagged(clusterId: string): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** The embedded model of AWS in this process. This file and localMachines.ts alone know `local`, and load it only when it is used. */
export async function openLocalTarget(options: LocalTargetOptions): Promise<LocalTarget> {
  const { openWorld } = await import('../local/world/openWorld.ts');
  const { administratorOf } = await import('../local/deployment/administrator.ts');
  const { dyingOnce } = await import('../local/deployment/dyingOnce.ts');
  const { dies, mocks, port = 0, ...given } = options;
  const rest = { ...given, diskFailed: (error: Error) => endWithoutDisk(options.folder, error) };
  const mocked = mocks === undefined ? undefined : await openMocks(mocks);
  const { machineSourcesOf } = await import('../local/world/machineSources.ts');
  const sources = machineSourcesOf(options.folder);
  const { speed: _speed, ...atOwnPace } = rest;
  const opened = sources
    ? import('../local/world/openMachinesWorld.ts').then((module) =>
        module.openMachinesWorld(atOwnPace, sources, printFailure),
      )
    : openWorld({
        ...rest,
        ...(dies !== undefined && { faults: dyingOnce(dies) }),
        ...(mocked && { tasks: mocked.tasks }),
      });
  const world = await opened.catch((error: Error) => {
    if (error.name === 'WorldInUse') throw new WorldInUse(error);
    const unusable = unusableFolder(options.folder, error);
    if (unusable !== undefined) throw new CommandFailure(exitCodes.invalid, unusable, { cause: error });
    throw error;
  });
  mocked?.connect(world);
  const principal = administratorOf(world.world);
  const { serveFolder } = await import('../local/serve/serveFolder.ts');
  const served = await serveFolder(options.folder, world, port).catch(async (error: NodeJS.ErrnoException) => {
    await world.close();
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    throw new CommandFailure(exitCodes.invalid, `--port ${port} cannot be used: ${error.message}.`, { cause: error });
  });

  return {
    kind: 'local',
    endpoint: served.endpoint,
    isSimulated: sources === undefined,
    pollMilliseconds,
    now: () => world.world.clock.now(),
    pause: ownTime.pause,
    async close() {
      // First, so that what others have asked for is answered while the world's time still passes.
      await served.close();
      await world.close();
    },
    async isIdle() {
      if (world.engine.list({ status: 'RUNNING' }).length > 0) return false;
      const { body } = await world.request({ principal, ...requestTo('listClusters', {}) });
      return (JSON.parse(body) as { clusters: readonly unknown[] }).clusters.length === 0;
    },
    async runsAtWork() {
      return world.engine
        .list({ status: 'RUNNING' })
        .map(({ input }) => JSON.parse(input) as { clusterName?: string; runId?: string })
        .flatMap(({ clusterName, runId }) => (clusterName && runId ? [{ cluster: clusterName, runId }] : []));
    },
    async tagged(clusterId) {
      const tags = async (key: string) => {
        const input = { Filters: [{ Name: 'key', Values: [key] }] };
        const call = { principal, service: 'ec2', operation: 'DescribeTags', input };
        return ((await world.cloud.call(call)) as { Tags: readonly { ResourceId: string; Value: string }[] }).Tags;
      };
      const [clusters, resources] = await Promise.all([tags(CLUSTER_TAG), tags(RESOURCE_TAG)]);
      const ours = new Set(clusters.flatMap(({ ResourceId, Value }) => (Value === clusterId ? [ResourceId] : [])));
      const ids = new Map<string, string[]>();
      for (const { ResourceId, Value } of resources)
        if (ours.has(ResourceId)) ids.set(Value, [...(ids.get(Value) ?? []), ResourceId]);
      return ids;
    },
    async request({ method, path, query, body }: ApiRequest) {
      const answer = await world.request({
        principal,
        method,
        path,
        ...(query && { query }),
        ...(body !== undefined && { body }),
      });
      return { status: answer.status, body: answer.body === '' ? undefined : JSON.parse(answer.body) };
    },
  };
}

/** Whether the folder holds a world, simulated or of machines. Creates nothing. */
export async function worldIn(folder: string): Promise<boolean> {
  const { isWorld } = await import('../local/world/worldFolder.ts');
  return isWorld(folder);
}

/** A folder that cannot hold a world is a mistake of the command line, not a defect. */
function unusableFolder(folder: string, { name, code, message }: NodeJS.ErrnoException): string | undefined {
  if (name === 'UnsafeFolder') return message;
  const isOfFiles = ['ENOENT', 'ENOTDIR', 'EEXIST', 'EACCES', 'EROFS', 'ENOSPC', 'EPERM'].includes(code ?? '');
  return isOfFiles ? `--world ${folder} cannot hold a world: ${message}` : undefined;
}

/** Nobody awaits all that a world writes, and none of it can continue: the process ends as it would if somebody killed it. */
function endWithoutDisk(folder: string, { message }: Error): never {
  console.error(
    `\nThe local world in ${folder} can be written no more: ${message}.\n` +
      'What was written is kept. Free some space, then continue: kubestep resume',
  );
  process.exit(exitCodes.runFailed);
}

/** Where machines are real, what the host refused is printed as it happens; the world tries again. */
const printFailure = (what: string, error: unknown): void =>
  console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);

/** Another process works in the world. */
export class WorldInUse extends CommandFailure {
  constructor(cause: Error) {
    super(exitCodes.locked, cause.message, { cause });
  }
}

/** What a client of a world that another process serves exports; undefined where none does. */
export async function servedEnvironment(
  folder: string,
): Promise<Readonly<Record<string, string | undefined>> | undefined> {
  const { environmentOf } = await import('../local/serve/clientEnvironment.ts');
  try {
    return environmentOf(folder);
  } catch (error) {
    const unusable = unusableFolder(folder, error as NodeJS.ErrnoException);
    throw unusable === undefined ? error : new CommandFailure(exitCodes.invalid, unusable, { cause: error });
  }
}

/** The world of a folder as the process that has it open serves it; undefined where none does. */
export async function openServedWorld(folder: string): Promise<Target | undefined> {
  const { announcedIn } = await import('../local/serve/announcement.ts');
  const { machineSourcesOf } = await import('../local/world/machineSources.ts');
  const environment = await servedEnvironment(folder);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment ?? {};
  const announced = announcedIn(folder);
  if (!accessKeyId || !secretAccessKey || !announced) return undefined;
  const { endpoint, pid } = announced;
  const { openSignedTarget } = await import('./awsTarget.ts');
  const target = openSignedTarget({
    kind: 'local',
    endpoint,
    credentials: { accessKeyId, secretAccessKey },
    pollMilliseconds,
  });
  return {
    ...target,
    ownedBy: pid,
    isSimulated: machineSourcesOf(folder) === undefined,
    // The time of the world is known by its answers.
    async pause(milliseconds) {
      await target.pause(milliseconds);
      await target.request({ method: 'GET', path: '/' }).catch(() => {});
    },
  };
}

async function openMocks(file: string) {
  const { createMocks } = await import('../local/serve/stepFunctions/createMocks.ts');
  try {
    return createMocks(file);
  } catch (error) {
    throw new CommandFailure(exitCodes.invalid, (error as Error).message);
  }
}
