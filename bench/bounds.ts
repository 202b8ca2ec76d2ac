import type { Measures } from './measureCreation.ts';

/** What every size must keep; AWS's own limits are 25,000 events and 256 KiB, so there is room for a run that is resumed. */
export const bounds = {
  events: 10_000,
  payloadBytes: 100 * 1024,
  realSeconds: 120,
  peakMegabytes: 1536,
  simulatedSeconds: 60 * 60,
} as const;

/** The bounds that a creation did not keep, in words. */
export function broken(measures: Measures): string[] {
  const { workers, end, realSeconds, peakMegabytes, simulatedSeconds, executions, failedJobs } = measures;
  const most = Math.max(0, ...executions.map(({ events }) => events));
  const largest = Math.max(0, ...executions.map(({ largestPayload }) => largestPayload));
  const problems = [
    end !== 'SUCCEEDED' && `ended ${end}`,
    failedJobs > 0 && `${failedJobs} things that the world does by itself failed`,
    most >= bounds.events && `an execution has ${most} events; allowed are fewer than ${bounds.events}`,
    largest >= bounds.payloadBytes && `a payload has ${largest} bytes; allowed are fewer than ${bounds.payloadBytes}`,
    realSeconds > bounds.realSeconds && `took ${realSeconds.toFixed(0)} s; allowed are ${bounds.realSeconds} s`,
    peakMegabytes > bounds.peakMegabytes &&
      `took ${peakMegabytes.toFixed(0)} MB; allowed are ${bounds.peakMegabytes} MB`,
    simulatedSeconds > bounds.simulatedSeconds &&
      `took ${(simulatedSeconds / 60).toFixed(0)} min in AWS; allowed are ${bounds.simulatedSeconds / 60} min`,
  ];
  return problems.flatMap((problem) => (problem === false ? [] : [`${workers} workers: ${problem}`]));
}
