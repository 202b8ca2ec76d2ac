import type { FunctionCall, FunctionFaults } from '../../local/deployment/functionRuntime.ts';

/** Counts the calls of a calm run: how many invocations of a function make at least so many calls. */
export interface CallCensus extends FunctionFaults {
  /** By `function#index`. */
  readonly calls: Map<string, number>;
}

const nameOf = ({ functionName, index }: FunctionCall) => `${functionName}#${index}`;

export function callCensus(): CallCensus {
  const calls = new Map<string, number>();
  return {
    calls,
    strike(call) {
      if (call.side === 'before') calls.set(nameOf(call), (calls.get(nameOf(call)) ?? 0) + 1);
      return undefined;
    },
  };
}

export interface Crashes extends FunctionFaults {
  /** How many processes have died. */
  readonly tried: () => number;
}

/** So many crash points of one function are tried in one run, one after the other: every `stride`-th of its calls. */
export const stride = 12;

/**
 * Lets functions die, in the way that no state retries, just before or just after their calls number `first`, `first + stride`, …: as many invocations of each
 * function at each of these calls as made it in the calm run. After a death the next invocation is spared, so that a
 * resumed step gets its chance.
 */
export function crashesAt(census: CallCensus, first: number, side: FunctionCall['side']): Crashes {
  const deaths = new Map<string, number>();
  /** Functions of which one died: their next invocation is spared, and then the one after it is not. */
  const afterDeath = new Set<string>();
  const spared = new Set<string>();
  const beginsInvocation = ({ functionName }: FunctionCall) => {
    spared.delete(functionName);
    if (afterDeath.delete(functionName)) spared.add(functionName);
  };
  return {
    tried: () => [...deaths.values()].reduce((sum, count) => sum + count, 0),
    strike(call) {
      if (call.index === 0 && call.side === 'before') beginsInvocation(call);
      if (call.side !== side || call.index % stride !== first || spared.has(call.functionName)) return undefined;
      const died = deaths.get(nameOf(call)) ?? 0;
      if (died >= (census.calls.get(nameOf(call)) ?? 0)) return undefined;
      deaths.set(nameOf(call), died + 1);
      afterDeath.add(call.functionName);
      return 'outOfMemory';
    },
  };
}
