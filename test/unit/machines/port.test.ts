import { powerOn } from '../../../local/cloud/ec2/instanceLifecycle.ts';
import type { InstanceRow } from '../../../local/cloud/ec2/instances.ts';
import { attachedVolumes } from '../../../local/cloud/ec2/volumeAttachments.ts';
import type { MachineInstance } from '../../../local/cloud/machinePort.ts';
import type { World } from '../../../local/cloud/world.ts';
import { describeMachines } from '../../machines/port/describeMachines.ts';
import { devicesOf } from '../../machines/port/devices.ts';
import type { MachinesHarness, TestCommands, TestMachine } from '../../machines/port/harness.ts';
import { runningMachines } from '../../support/checks/clusterStands.ts';
import type { TestAccount } from '../../support/embeddedWorld.ts';
import { callAws } from '../../support/plants.ts';
import { clusterIdOf } from '../../support/runs.ts';
import { anAccountWithCluster } from '../../support/standingCluster.ts';
import { inertMachines } from '../../support/testWorld.ts';

jest.setTimeout(180_000);

describeMachines('simulated', openSimulated, {
  'the content of volumes': 'the model knows whose a volume is and not what is on it',
});

/** A master of an existing cluster whose machine is replaced: it boots from its own bundle and finds the other two. */
async function openSimulated(): Promise<MachinesHarness> {
  let isDeaf = false;
  const account = await anAccountWithCluster({
    faults: { strike: ({ functionName }) => (isDeaf && functionName.endsWith('postReport') ? 'die' : undefined) },
  });
  const { world, clock } = account;
  const { machines } = world;

  async function becomes(what: string, isTrue: () => boolean, seconds = 300): Promise<void> {
    for (let waited = 0; waited < seconds; waited += 1) {
      if (isTrue()) return;
      await clock.advance({ seconds: 1 });
    }
    throw new Error(`Not within ${seconds} s: ${what}`);
  }
  const call = <Output>(operation: string, input: object) =>
    callAws<Output>(account, `ec2:${operation}`, input as Record<string, unknown>);
  const devices = devicesOf({ world, call, becomes });

  return {
    ...devices,
    machines,
    commands: commandsOf(world, (isOver) => {
      isDeaf = !isOver;
    }),
    bootOf: async ({ overHttp }) => String(machines.servingSince(overHttp)),
    async launch() {
      const machine = await aMaster(account);
      await devices.detachVolume(machine);
      machines.terminate(machine.instance.instanceId);
      return machine;
    },
    replace: () => Promise.reject(new Error('only its cluster fills the slot of a master')),
    aWhileSeconds: 30,
    now: () => clock.now(),
    until: account.until,
    becomes,
    passes: (seconds) => clock.advance({ seconds }),
    complaints: () => account.failedJobs.map(({ kind, error }) => `${kind}: ${String(error)}`),
    close: () => Promise.resolve(),
  };
}

/** Verbs of the node script. One that was finished answers what it answered then, as long as the disk remembers. */
function commandsOf(world: World, hear: (isOver: boolean) => void): TestCommands {
  const send = (instanceId: string, verb: string, operationId: string, timeoutSeconds = 60) =>
    world.machines.runCommand({
      commandId: operationId,
      instanceId,
      documentName: 'kubestep-dev-node-verbs',
      parameters: { Verb: [verb], OperationId: [operationId], Fence: ['1'], Arguments: [''] },
      timeoutSeconds,
    });
  return {
    // It reports its time.
    once: (instanceId, name) => send(instanceId, 'list-retained', name),
    failing: (instanceId) => send(instanceId, 'no-such-verb', 'failing'),
    failingExitCode: 1,
    // A verb is over when its report is heard.
    async endless(instanceId, timeoutSeconds) {
      hear(false);
      const result = await send(instanceId, 'validate', 'endless', timeoutSeconds);
      hear(true);
      return result;
    },
    onceOnVolume: () => Promise.reject(new Error('volumes of the model hold no files')),
  };
}

async function aMaster(account: TestAccount): Promise<TestMachine> {
  const { world } = account;
  const row = runningMachines(account, await clusterIdOf(account)).find(({ groupName }) => groupName === undefined);
  if (!row) throw new Error('the cluster has no master');
  const volume = attachedVolumes(world, row.instanceId).find(({ attachment }) => !attachment?.deleteOnTermination);
  const at = { vpcId: row.vpcId, address: row.privateIpAddress };
  return {
    instance: toldTo(world, row),
    overHttp: { ...at, port: 6443, protocol: 'HTTPS', path: '/readyz' },
    overTcp: { ...at, port: 2379, protocol: 'TCP' },
    silent: { ...at, port: 8080, protocol: 'TCP' },
    volumeId: volume?.volumeId ?? '',
    secondSubnetId: row.subnetId,
  };
}

/** What EC2 gives the machine of an instance at its start. */
function toldTo(world: World, row: InstanceRow): MachineInstance {
  let started: MachineInstance | undefined;
  const machines = {
    ...inertMachines,
    start(instance: MachineInstance) {
      started = instance;
    },
  };
  powerOn({ ...world, machines }, row);
  if (!started) throw new Error('EC2 started no machine');
  return started;
}
