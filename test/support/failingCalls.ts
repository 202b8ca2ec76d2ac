import { connectionReset, serviceFailure } from '../../local/cloud/serviceFailures.ts';
import type { FunctionCall, FunctionFaults } from '../../local/deployment/functionRuntime.ts';
import type { CallCensus } from './crashes.ts';

/** How a call of a function to AWS fails, for longer than the SDK sends it again by itself. */
export const callFailures = ['internal error', 'reset', 'lost answer'] as const;

export type CallFailure = (typeof callFailures)[number];

/** Which failures each call of each function has still to meet, and the faults of one run that let it meet some. */
export interface FailingCalls {
  readonly remaining: () => number;
  readonly struck: () => number;
  /** Strikes each state so often that its retries outlast it. */
  ofNextRun(): FunctionFaults;
}

/** A state retries eight times, and what waits for it must not time out. A machine asks the Node API for as long as it takes. */
const maxFailures = { ofState: 5, ofNodeApi: 12 };

const isNodeApi = (functionName: string) => /-(get|post)[A-Z]\w+$/.test(functionName);

/** Every call of a calm run, failed once in each way: as many as a state outlasts in each run. */
export function failingCalls(census: CallCensus, isMeant: (functionName: string) => boolean): FailingCalls {
  const open = new Map<string, string[]>();
  for (const name of census.calls.keys()) {
    const [functionName = '', index = ''] = name.split('#');
    if (!isMeant(functionName)) continue;
    open.set(functionName, [
      ...(open.get(functionName) ?? []),
      ...callFailures.map((failure) => `${index} ${failure}`),
    ]);
  }
  let struck = 0;
  return {
    remaining: () => [...open.values()].reduce((sum, failures) => sum + failures.length, 0),
    struck: () => struck,
    ofNextRun() {
      const failedInvocations = new Set<string>();
      const failing = new Map<string, CallFailure>();
      const failures = new Map<string, number>();
      const begins = ({ functionName, invocation, index }: FunctionCall): CallFailure | undefined => {
        const left = open.get(functionName) ?? [];
        const next = left.find((one) => one.startsWith(`${index} `));
        const count = failures.get(functionName) ?? 0;
        if (
          next === undefined ||
          count >= maxFailures[isNodeApi(functionName) ? 'ofNodeApi' : 'ofState'] ||
          failedInvocations.has(invocation)
        )
          return undefined;
        open.set(
          functionName,
          left.filter((one) => one !== next),
        );
        failures.set(functionName, count + 1);
        failedInvocations.add(invocation);
        struck += 1;
        return next.slice(next.indexOf(' ') + 1) as CallFailure;
      };
      return {
        strike(call) {
          const name = `${call.invocation}#${call.index}`;
          const failure = failing.get(name) ?? (call.side === 'before' ? begins(call) : undefined);
          if (failure === undefined) return undefined;
          const isFirst = !failing.has(name);
          failing.set(name, failure);
          if (failure === 'internal error') return serviceFailure(call.service, (call.index % 7) / 7);
          // The answer of the first sending is lost; by then the connection is broken for the others, too.
          if (failure === 'lost answer' && call.side === 'before' && isFirst) return undefined;
          return connectionReset();
        },
      };
    },
  };
}
