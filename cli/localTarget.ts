import { CommandFailure, exitCodes } from './exitCodes.ts';
import type { ApiRequest, Target } from './target.ts';
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
}

/** The embedded model of AWS in this process. The only file that knows `local`, and only when it is used. */
export async function openLocalTarget(options: LocalTargetOptions): Promise<Target> {
  const { openWorld } = await import('../local/world/openWorld.ts');
  const { administratorOf } = await import('../local/deployment/administrator.ts');
  const { dyingOnce } = await import('../local/deployment/dyingOnce.ts');
  const { dies, ...rest } = options;
  const world = await openWorld({ ...rest, ...(dies !== undefined && { faults: dyingOnce(dies) }) }).catch(
    (error: Error) => {
      if (error.name === 'WorldInUse') throw new CommandFailure(exitCodes.locked, error.message);
      throw error;
    },
  );
  const principal = administratorOf(world.world);

  return {
    kind: 'local',
    pollMilliseconds,
    now: () => world.world.clock.now(),
    pause: ownTime.pause,
    close: () => world.close(),
    async runsAtWork() {
      return world.engine
        .list({ status: 'RUNNING' })
        .map(({ input }) => JSON.parse(input) as { clusterName?: string; runId?: string })
        .flatMap(({ clusterName, runId }) => (clusterName && runId ? [{ cluster: clusterName, runId }] : []));
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
