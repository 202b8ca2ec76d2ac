/** How often something was asked of a service, and how often that was a write. */
export interface Count {
  readonly calls: number;
  readonly writes: number;
}

/** One function's calls of one operation. */
export interface CountedCall extends Count {
  /** Undefined for what deploys the stack. */
  readonly by: string | undefined;
  readonly service: string;
  readonly operation: string;
  readonly isMotos: boolean;
}

/** Whose doing a call is. */
export type Origin = 'the workflow' | 'reports of machines' | 'seeding of the store';

/** kops' measurement booted no machine and seeded no catalogue; what these cost is shown apart. */
export function originOf({ by }: CountedCall): Origin {
  if (by === undefined) return 'seeding of the store';
  return by.endsWith('-postReport') ? 'reports of machines' : 'the workflow';
}

export const sum = (counts: readonly Count[]): Count => ({
  calls: counts.reduce((total, { calls }) => total + calls, 0),
  writes: counts.reduce((total, { writes }) => total + writes, 0),
});

/**
 * Every function keeps the plan that it has read (shared/store/plans.ts). The functions share one process here, so all of
 * them together read it once; in Lambda each would.
 */
export const readsOfThePlan = (calls: readonly CountedCall[]): Count => ({
  calls: new Set(calls.filter((call) => originOf(call) === 'the workflow').map(({ by }) => by)).size,
  writes: 0,
});

/** Calls and writes by service, for people. */
export function callsTable(calls: readonly CountedCall[]): string[] {
  const workflow = calls.filter((call) => originOf(call) === 'the workflow');
  const services = [...new Set(workflow.map(({ service }) => service))].sort();
  const rows: [string, Count][] = [
    ...services.map((service): [string, Count] => [service, sum(workflow.filter((call) => call.service === service))]),
    ['each function reads the plan', readsOfThePlan(calls)],
    ['the workflow', workflowOf(calls)],
  ];
  for (const origin of ['reports of machines', 'seeding of the store'] as const) {
    const counted = sum(calls.filter((call) => originOf(call) === origin));
    if (counted.calls > 0) rows.push([`(${origin})`, counted]);
  }
  return [
    `  ${'calls'.padStart(38)}  writes`,
    ...rows.map(
      ([what, { calls, writes }]) => `  ${what.padEnd(30)}${String(calls).padStart(8)}${String(writes).padStart(8)}`,
    ),
  ];
}

/** What is compared with kops: all calls of the workflow, those for its bookkeeping among them. */
export const workflowOf = (calls: readonly CountedCall[]): Count =>
  sum([...calls.filter((call) => originOf(call) === 'the workflow'), readsOfThePlan(calls)]);
