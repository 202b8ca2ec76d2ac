import type { MachineMemory } from '../../local/machines/nspawn/machine/memory.ts';
import type { RunDescription } from '../../shared/operations/describeRun.ts';
import { type Phase, phases } from '../../shared/store/reports.ts';
import type { MeasuredMachine } from './memory.ts';
import type { MachineProgress } from './progress.ts';

const seconds = (value: number): string => `${value.toFixed(1)} s`;
const mebibytes = (bytes: number): string => String(Math.round(bytes / 2 ** 20));

/** A table in Markdown. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The states of the run, in the order in which they were entered. */
export function statesReport({ view, startedAt, endedAt = startedAt, run }: RunDescription): string {
  const began = Date.parse(startedAt);
  const states = view.states
    .filter(({ item }) => item === undefined)
    .map(({ name, parent, enteredAt, exitedAt = endedAt }) => ({
      name: parent === undefined ? name : `${view.states[parent]?.name} / ${name}`,
      entered: (Date.parse(enteredAt) - began) / 1000,
      took: (Date.parse(exitedAt) - Date.parse(enteredAt)) / 1000,
    }))
    .sort((one, other) => one.entered - other.entered);
  const whole = (Date.parse(endedAt) - began) / 1000;
  return `The run ${run.runId} took ${seconds(whole)}.\n\n${table(
    ['state', 'entered after', 'took'],
    states.map(({ name, entered, took }) => [name, seconds(entered), seconds(took)]),
  )}`;
}

/** What each machine reported when, after the run began. */
export function progressReport(machines: readonly MachineProgress[]): string {
  const cell = (reached: MachineProgress['reached'], phase: Phase) => {
    const at = reached[phase];
    return at === undefined ? '' : seconds(at);
  };
  return table(
    ['machine', 'launched', ...phases],
    machines.map(({ place, launched, reached }) => [
      place,
      seconds(launched),
      ...phases.map((phase) => cell(reached, phase)),
    ]),
  );
}

/** What the components hold (MiB of processes, without page cache), then each machine whole. */
export function memoryReport(machines: readonly MeasuredMachine[]): string {
  const names = [...new Set(machines.flatMap(({ services }) => [...services.keys()]))].filter((name) =>
    machines.some(({ services }) => (services.get(name)?.processes ?? 0) >= 2 ** 20),
  );
  const rows = names.map((name) => [name, ...machines.map(({ services }) => held(services.get(name)))]);
  const wholes: readonly [string, keyof MachineMemory][] = [
    ['all processes', 'processes'],
    ['page cache', 'pageCache'],
    ['in all', 'total'],
  ];
  const sum = machines.reduce((all, { whole }) => all + whole.total, 0);
  return `${table(
    ['MiB', ...machines.map(({ place }) => place)],
    [...rows, ...wholes.map(([name, part]) => [name, ...machines.map(({ whole }) => mebibytes(whole[part]))])],
  )}\n\nAll machines together: ${mebibytes(sum)} MiB, page cache included.`;
}

const held = (memory: MachineMemory | undefined): string => (memory === undefined ? '' : mebibytes(memory.processes));
