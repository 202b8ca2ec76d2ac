import { CommandFailure, exitCodes, usageError } from './exitCodes.ts';
import { type LocalTargetOptions, openLocalTarget, openServedWorld, WorldInUse } from './localTarget.ts';
import { type ApiAnswer, type ApiRequest, mayBeRepeated, type Target, Unreachable } from './target.ts';
import { ownTime } from './time.ts';

/** Opening a world deploys the stack into it the first time; closing one waits for what is under way. */
const handedOverWithinMilliseconds = 60_000;

/** Between two looks at who has the world. */
const lookMilliseconds = 200;

/**
 * The local world, opened by this process or by another one, which is asked over loopback. When that one ends, this
 * process opens the world itself, and everything that was under way continues.
 */
export async function openLocalWorld(options: LocalTargetOptions): Promise<Target> {
  let current = await reach(options);
  return {
    kind: 'local',
    pollMilliseconds: current.pollMilliseconds,
    get endpoint() {
      return current.endpoint;
    },
    get isSimulated() {
      return current.isSimulated;
    },
    get ownedBy() {
      return current.ownedBy;
    },
    now: () => current.now(),
    pause: (milliseconds) => current.pause(milliseconds),
    close: () => current.close(),
    runsAtWork: async () => (await current.runsAtWork?.()) ?? [],
    isIdle: async () => (await current.isIdle?.()) ?? false,
    async request(request) {
      const deadline = ownTime.now() + handedOverWithinMilliseconds;
      for (;;) {
        const answer = await answerOf(current, request, deadline);
        if (answer !== undefined) return answer;
        await ownTime.pause(lookMilliseconds);
        current = await reach(options);
      }
    },
  };
}

/** Asks the process that has the world open, or opens it; waits while its owner opens or closes it. */
async function reach(options: LocalTargetOptions): Promise<Target> {
  const deadline = ownTime.now() + handedOverWithinMilliseconds;
  for (;;) {
    const served = await openServedWorld(options.folder);
    if (served) return asBorrower(served, options);
    try {
      return await openLocalTarget(options);
    } catch (error) {
      if (!(error instanceof WorldInUse) || ownTime.now() > deadline) throw error;
    }
    await ownTime.pause(lookMilliseconds);
  }
}

/** How fast the world's time passes, and who answers its tasks, is decided by the process that has it open. */
function asBorrower(served: Target, { folder, speed, mocks, port }: LocalTargetOptions): Target {
  const given = [
    ...(speed === undefined ? [] : ['--speed or --real-time']),
    ...(mocks === undefined ? [] : ['--mocks']),
    ...(port === undefined ? [] : ['--port']),
  ];
  if (given.length === 0) return served;
  throw usageError(
    `Process ${served.ownedBy} has the world in ${folder} open and decides this. Leave out ${given.join(', ')}, or wait until the process has ended.`,
  );
}

/** The answer; undefined where the owner of the world is gone and the request can be made to the next one. */
async function answerOf(owner: Target, request: ApiRequest, deadline: number): Promise<ApiAnswer | undefined> {
  try {
    return await owner.request(request);
  } catch (error) {
    if (!(error instanceof Unreachable) || owner.ownedBy === undefined) throw error;
    if (error.mayHaveArrived && !mayBeRepeated(request))
      throw new CommandFailure(exitCodes.unreachable, endedMeanwhile(owner.ownedBy, request), { cause: error });
    if (ownTime.now() > deadline) throw new CommandFailure(exitCodes.locked, silent(owner.ownedBy), { cause: error });
    return undefined;
  }
}

const endedMeanwhile = (pid: number, { method, path }: ApiRequest): string =>
  `Process ${pid}, which had the local world open, ended during ${method} ${path}: this may have been done or not. ` +
  'Look at it (kubestep get clusters, kubestep get runs), and repeat the command if it was not.';

const silent = (pid: number): string =>
  `Process ${pid} has the local world open and does not answer. End it (kill -9 ${pid}) and repeat the command: everything that is under way continues.`;
