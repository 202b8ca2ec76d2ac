import { type InstanceRow, instances } from '../../../../local/cloud/ec2/instances.ts';
import { putTags } from '../../../../local/cloud/ec2/tags.ts';
import { iam } from '../../../../local/cloud/iam/service.ts';
import type { CommandResult, MachineCommand } from '../../../../local/cloud/machinePort.ts';
import { defineSsmJobs, ssm } from '../../../../local/cloud/ssm/service.ts';
import { inertMachines, type TestCloud, testCloud, testWorld } from '../../../support/testWorld.ts';

export const instanceId = 'i-0aaaaaaaaaaaaaaaa';
export const otherInstanceId = 'i-0bbbbbbbbbbbbbbbb';

export const success: CommandResult = { status: 'Success', exitCode: 0, standardOutput: 'done', standardError: '' };

export interface ManagedInstances extends TestCloud {
  /** What reached the machines. */
  readonly ran: MachineCommand[];
  /** Takes an agent off the network or brings it back. */
  readonly online: Set<string>;
}

/** An account with two running instances whose agents are connected, and a document `verbs`. */
export async function managedInstances(
  run: (command: MachineCommand) => Promise<CommandResult> = () => Promise.resolve(success),
): Promise<ManagedInstances> {
  const ran: MachineCommand[] = [];
  const online = new Set([instanceId, otherInstanceId]);
  const machines = {
    ...inertMachines,
    agentOnline: (id: string) => online.has(id),
    runCommand: (command: MachineCommand) => {
      ran.push(command);
      return run(command);
    },
  };
  const world = testWorld({ machines });
  for (const id of online) {
    instances(world).put(id, { instanceId: id, runningAt: 0 } as unknown as InstanceRow);
    putTags(world, 'instance', id, { 'kubestep/cluster': 'one' });
  }
  defineSsmJobs(world);
  const account = testCloud([ssm, iam], { world });
  await account.call('CreateDocument', { Name: 'verbs', Content: JSON.stringify(verbs) });
  return { ...account, ran, online };
}

export const verbs = {
  schemaVersion: '2.2',
  parameters: {
    verb: { type: 'String', allowedValues: ['drain', 'apply'] },
    arguments: { type: 'String', allowedPattern: '^[A-Za-z0-9+/=]*$', default: '' },
    timeout: { type: 'String', default: '120' },
  },
  mainSteps: [
    {
      action: 'aws:runShellScript',
      name: 'verb',
      inputs: { timeoutSeconds: '{{ timeout }}', runCommand: ['node-script {{ verb }} {{ arguments }}'] },
    },
  ],
};
