import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { volumes } from '../../../local/cloud/ec2/volumes.ts';
import { administratorOf } from '../../../local/deployment/administrator.ts';
import { ensureBaseImage } from '../../../local/machines/nspawn/image/baseImage.ts';
import { within } from '../../../local/machines/nspawn/machine/waiting.ts';
import { missingNeeds, raiseHostLimits } from '../../../local/machines/nspawn/preflight.ts';
import { removeMachinesWorld } from '../../../local/world/cleanMachinesWorld.ts';
import { openMachinesWorld } from '../../../local/world/openMachinesWorld.ts';
import { describeMachines } from './describeMachines.ts';
import { devicesOf, type Ec2 } from './devices.ts';
import type { MachinesHarness, TestMachine } from './harness.ts';
import { networkOf } from './network.ts';
import { commandsOf } from './standIn.ts';

jest.setTimeout(300_000);

const missing = missingNeeds().map(({ what }) => what);
if (missing.length > 0) test.skip(`real machines are not tried: this host lacks ${missing.join(', ')}`, () => {});
else describeMachines('real', openReal);

/** A world of machines of this host with nothing in it but a network, in a folder of its own. */
async function openReal(): Promise<MachinesHarness> {
  raiseHostLimits();
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-port-'));
  const projectRoot = process.cwd();
  const complaints: string[] = [];
  const failed = (what: string, error: unknown) => void complaints.push(`${what}: ${String(error)}`);
  const baseImage = await ensureBaseImage(join('.kubestep', 'machines', 'image'), console.log);
  const opened = await openMachinesWorld(
    { folder, projectRoot, jobFailed: failed, load: (source) => import(`${projectRoot}/${source}.ts`) },
    { baseImage, layers: [], assets: join(folder, 'assets'), pace: 'host' },
    failed,
  );
  const { world, cloud, machines } = opened;

  const call = <Output>(named: string, input: object): Promise<Output> => {
    const [operation = '', service = 'ec2'] = named.split(':').reverse();
    const principal = administratorOf(world);
    return cloud.call({ principal, service, operation, input: { ...input } }) as Promise<Output>;
  };
  const becomes: MachinesHarness['becomes'] = async (what, isTrue, seconds = 90) => {
    if (!(await within(seconds, () => isTrue() || undefined)))
      throw new Error(`Not within ${seconds} s: ${what}. ${complaints.join('; ')}`);
  };
  const ec2: Ec2 = { world, call, becomes };
  const network = await networkOf(ec2);
  const devices = devicesOf(ec2);
  const commands = commandsOf(machines);

  async function launch(): Promise<TestMachine> {
    const machine = await network.launch();
    const { instanceId } = machine.instance;
    await becomes('EC2 has started the machine', () => machines.agentOnline(instanceId));
    machines.terminate(instanceId);
    await machines.settled();
    return machine;
  }

  return {
    ...devices,
    machines,
    commands,
    bootOf: async ({ instance }) => (await commands.bootId(instance.instanceId)).standardOutput,
    launch,
    async replace({ instance: { instanceId }, volumeId }) {
      await call('TerminateInstances', { InstanceIds: [instanceId] });
      await becomes('the volume is free', () => volumes(world).get(volumeId)?.attachment === undefined);
      return { ...(await launch()), volumeId };
    },
    async attachInterface(machine) {
      const check = await devices.attachInterface(machine);
      await network.check(check);
      return check;
    },
    // Checks come every five seconds, and two change a node's mind.
    aWhileSeconds: 12,
    now: () => world.clock.now(),
    until: (answer) => answer,
    becomes,
    passes: async (seconds) => void (await within(seconds, () => undefined)),
    complaints: () => complaints,
    async close() {
      await opened.close();
      await removeMachinesWorld(folder);
    },
  };
}
