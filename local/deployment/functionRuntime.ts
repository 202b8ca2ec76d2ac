import { sleep } from '../clock/clock.ts';
import type { Cloud, CloudCall } from '../cloud/cloud.ts';
import { assumeRole } from '../cloud/iam/assumeRole.ts';
import type { FunctionRow, FunctionRuntime, InvocationResult } from '../cloud/lambda/functions.ts';
import { callAs } from '../cloud/sdk.ts';
import { runWithEnvironment } from './functionEnvironment.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

/** One call to AWS that a function is about to make or has just made, for faults that strike exactly there. */
export interface FunctionCall {
  readonly functionName: string;
  readonly side: 'before' | 'after';
  readonly service: string;
  readonly operation: string;
  readonly invocation: string;
  /** Counts the calls of this invocation, from 0. A request that the SDK sends again is the same call. */
  readonly index: number;
}

/**
 * `die` ends the function's process, and its state tries again; `outOfMemory` ends it too, and no state retries that.
 * `hang` lets it run into its timeout. An error is what the call ends in: without effect before it, instead of its answer after it.
 */
export type FunctionFault = 'die' | 'outOfMemory' | 'hang' | Error;

export interface FunctionFaults {
  strike?(call: FunctionCall): FunctionFault | undefined;
}

export interface RuntimeOptions {
  /** The world's cloud; asked late, because the cloud itself knows the runtime. */
  readonly cloud: () => Cloud;
  /** Loads a function's code by its source, `functions/steps/network/createVpc`. */
  readonly load: (source: string) => Promise<{ readonly handler: Handler }>;
  readonly faults?: FunctionFaults;
}

/**
 * Runs the real handlers in this process as Lambda would: under the function's own role, with its environment, until its
 * timeout. A function that died or timed out goes no further: its next call to AWS never returns.
 */
export function createFunctionRuntime(options: RuntimeOptions): FunctionRuntime {
  const warm = new Set<string>();
  const handlers = new Map<string, Handler>();

  /** Loading code takes time of ours, none of the world's: what a cold start lasts there is said by its delay. */
  const handlerOf = async (source: string): Promise<Handler> => {
    const known = handlers.get(source);
    if (known) return known;
    const release = options.cloud().world.clock.hold();
    try {
      const { handler } = await options.load(source);
      handlers.set(source, handler);
      return handler;
    } finally {
      release();
    }
  };

  return {
    async invoke(row, payload) {
      const cloud = options.cloud();
      const { clock, delays, random } = cloud.world;
      await sleep(clock, delays.of(warm.has(row.name) ? 'functionWarm' : 'functionCold'));
      warm.add(row.name);

      const requestId = random.hex(32);
      const handler = await handlerOf(row.source);
      const principal = assumeRole(cloud.world, row.roleArn, row.name, 'lambda.amazonaws.com');

      return new Promise<InvocationResult>((resolve) => {
        const deadline = clock.now() + row.timeoutSeconds * 1000;
        const process = { over: false };
        const end = (result: InvocationResult) => {
          if (process.over) return;
          process.over = true;
          timeout.cancel();
          resolve(result);
        };
        const timeout = clock.at(deadline, () => end(timedOut(row, requestId)));
        const context = { functionName: row.name, invokedFunctionArn: row.arn, awsRequestId: requestId };
        const invocation = { functionName: row.name, invocation: requestId, process, end };
        const caller = { principal, cloud: processCloud(cloud, invocation, options.faults) };
        runWithEnvironment(row.environment, () => callAs(caller, () => handler(payload, context))).then(
          (value) => end({ payload: value ?? null }),
          (error: Error) => end(unhandled(error.name, error.message)),
        );
      });
    },
  };
}

interface Invocation {
  readonly functionName: string;
  readonly invocation: string;
  readonly process: { readonly over: boolean };
  end(result: InvocationResult): void;
}

/** The cloud as one function's process sees it: faults strike around its calls, and a dead process gets no answers. */
function processCloud(
  cloud: Cloud,
  { functionName, invocation, process, end }: Invocation,
  faults: FunctionFaults | undefined,
): Cloud {
  const indexOf = callIndex();

  /** Whether the process gets no further. */
  const struck = (side: FunctionCall['side'], call: CloudCall): boolean => {
    const { service, operation } = call;
    const fault = faults?.strike?.({ functionName, side, service, operation, invocation, index: indexOf(call) });
    if (fault instanceof Error) throw fault;
    if (fault === 'die' || fault === 'outOfMemory') end(exited(invocation, fault));
    return fault !== undefined;
  };

  return {
    world: cloud.world,
    async call(call: CloudCall) {
      if (process.over || struck('before', call)) return never();
      const output = await cloud.call(call);
      if (struck('after', call) || process.over) return never();
      return output;
    },
  };
}

/** Numbers calls in the order in which they are first sent; the SDK sends a call again with the same input. */
function callIndex(): (call: CloudCall) => number {
  const indexes = new Map<CloudCall['input'], number>();
  return ({ input }) => {
    const index = indexes.get(input) ?? indexes.size;
    indexes.set(input, index);
    return index;
  };
}

function never<Result>(): Promise<Result> {
  return new Promise(() => {});
}

/** Source: what Lambda answers for a process that exited, and for one that was killed for its memory. */
function exited(requestId: string, fault: 'die' | 'outOfMemory'): InvocationResult {
  return fault === 'die'
    ? unhandled('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited without providing a reason`)
    : unhandled('Runtime.OutOfMemory', `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`);
}

function timedOut(row: FunctionRow, requestId: string): InvocationResult {
  const message = `RequestId: ${requestId} Error: Task timed out after ${row.timeoutSeconds.toFixed(2)} seconds`;
  return unhandled('Sandbox.Timedout', message);
}

function unhandled(errorType: string, errorMessage: string): InvocationResult {
  return { functionError: 'Unhandled', payload: { errorType, errorMessage, trace: [] } };
}
