import { anAccount } from '../test/support/embeddedWorld.ts';
import { demoSpec, finish, startCreate } from '../test/support/runs.ts';
import { type ActionFigures, callMeter } from './callMeter.ts';
import { type ExecutionSize, executionSizes } from './executionSizes.ts';

/** What the creation of one cluster took, here and in AWS. */
export interface Measures {
  readonly workers: number;
  /** How it ended, with the cause where it failed. */
  readonly end: string;
  readonly simulatedSeconds: number;
  readonly realSeconds: number;
  readonly processorSeconds: number;
  readonly peakMegabytes: number;
  readonly executions: readonly ExecutionSize[];
  readonly actions: readonly ActionFigures[];
  readonly nodeApi: { readonly requests: number; readonly maxInOneSecond: number };
  /** What the world could not do by itself. */
  readonly failedJobs: number;
}

/** Creates a cluster of so many workers in a new account, in this process, which should have done nothing else before. */
export async function measureCreation(workers: number): Promise<Measures> {
  const begun = performance.now();
  const live: { now: () => number } = { now: () => 0 };
  const meter = callMeter(() => live.now());
  const account = await anAccount({ observers: [meter.observer], faults: meter.faults });
  live.now = account.clock.now;

  const startedAt = account.clock.now();
  const { execution } = await finish(account, await startCreate(account, specOf(workers)), 0);
  const { user, system } = process.cpuUsage();
  return {
    workers,
    end: execution.status === 'SUCCEEDED' ? 'SUCCEEDED' : `${execution.status}: ${execution.error} ${execution.cause}`,
    simulatedSeconds: (account.clock.now() - startedAt) / 1000,
    realSeconds: (performance.now() - begun) / 1000,
    processorSeconds: (user + system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    executions: executionSizes(account.engine),
    actions: meter.actions(account.services),
    nodeApi: meter.nodeApi(),
    failedJobs: account.failedJobs.length,
  };
}

/** The cluster that `npm start` creates, with another number of workers. */
function specOf(workers: number): object {
  const nodeGroup = { name: 'workers', instanceTypes: ['m7g.large'], min: workers, max: workers };
  return { ...demoSpec, spec: { ...(demoSpec.spec as object), nodeGroups: [nodeGroup] } };
}
