import { type ApiAnswer, mayBeRepeated, type Target, Unreachable } from './target.ts';

/** Long enough for another network, a laptop that wakes up, a throttled API; then a person should know. */
const patienceMilliseconds = 180_000;
const firstPauseMilliseconds = 1_000;
const longestPauseMilliseconds = 15_000;

/** API Gateway answers these where it or a function is throttled, busy or too late; 500 for a throttled function, too. */
const passing: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/**
 * A target that asks again when an answer is lost, where that cannot do anything twice. What has never answered is not waited for:
 * its address may be wrong.
 */
export function steadyTarget(target: Target): Target {
  let hasAnswered = false;
  return {
    ...target,
    now: () => target.now(),
    async request(request) {
      const isPatient = hasAnswered && mayBeRepeated(request);
      const tries = isPatient ? pauses() : [];
      for (const milliseconds of tries) {
        const answer = await target.request(request).catch(whenUnreachable);
        if (answer !== undefined && !passing.has(answer.status)) return answer;
        await target.pause(milliseconds);
      }
      const answer = await target.request(request);
      hasAnswered = true;
      return answer;
    },
  };
}

/** Nothing, where nothing came back. */
function whenUnreachable(error: Error): ApiAnswer | undefined {
  if (error instanceof Unreachable) return undefined;
  throw error;
}

/** How long to wait after each try. */
function pauses(): readonly number[] {
  const all: number[] = [];
  let next = firstPauseMilliseconds;
  for (let sum = 0; sum < patienceMilliseconds; sum += next) {
    all.push(next);
    next = Math.min(next * 2, longestPauseMilliseconds);
  }
  return all;
}
