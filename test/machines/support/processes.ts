import { components } from '../../../shared/machine/components.ts';
import { inNode, kubectl, nodes } from './cluster.ts';

const units = components.filter((component) => component !== 'machine').map((component) => `${component}.service`);

/** When each process of the cluster began, by machine and unit; containers by pod, with how often they were restarted. */
export async function processStarts(): Promise<Readonly<Record<string, string>>> {
  const machines = (await nodes()).map(({ metadata }) => metadata.name);
  const ofMachines = await Promise.all(
    machines.map(async (machine) => {
      const words = `systemctl show --property Id,MainPID,ExecMainStartTimestampMonotonic ${units.join(' ')}`;
      return (await inNode(machine, words))
        .trim()
        .split('\n\n')
        .map((text) => Object.fromEntries(text.split('\n').map((line) => line.split('=', 2) as [string, string])))
        .filter(({ MainPID }) => MainPID !== '0')
        .map(({ Id, MainPID, ExecMainStartTimestampMonotonic: at }) => [`${machine} ${Id}`, `${MainPID} since ${at}`]);
    }),
  );
  const range =
    '{range .items[*]}{.metadata.namespace}/{.metadata.name}={.status.containerStatuses[*].restartCount}{"\\n"}{end}';
  const pods = (await kubectl('get', 'pods', '--all-namespaces', '--output', `jsonpath=${range}`)).trim().split('\n');
  return Object.fromEntries([...ofMachines.flat(), ...pods.map((line) => line.split('=', 2))]);
}

/** What has been restarted, has appeared or is gone. */
export function changedProcesses(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => before[key] !== after[key])
    .sort();
}

/** The arguments of a unit's process. */
export const argumentsOf = async (machine: string, unit: string): Promise<readonly string[]> =>
  (await inNode(machine, `tr '\\0' '\\n' < /proc/$(systemctl show --property MainPID --value ${unit})/cmdline`))
    .trim()
    .split('\n');
