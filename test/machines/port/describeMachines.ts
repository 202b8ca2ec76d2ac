import type { Capability, Lacking, MachinesHarness, TestMachine } from './harness.ts';

const unknown = 'i-0123456789abcdef0';

/** What every implementation of the port `Machines` promises to the model of AWS. One machine goes through it all. */
export function describeMachines(kind: string, open: () => Promise<MachinesHarness>, lacking: Lacking = {}): void {
  describe(`${kind} machines`, () => {
    let harness: MachinesHarness;
    let machine: TestMachine;
    let id: string;
    /** What the machine wrote to its disk. */
    let written: string;
    let onVolume: string;

    beforeAll(async () => {
      harness = await open();
      machine = await harness.launch();
      id = machine.instance.instanceId;
    });
    afterAll(() => harness?.close());

    const machines = () => harness.machines;
    const commands = () => harness.commands;
    const since = (check = machine.overHttp) => machines().servingSince(check);
    const online = () => harness.becomes('the agent is online', () => machines().agentOnline(id));
    const serving = (check = machine.overHttp) => harness.becomes('it serves', () => since(check) !== undefined);
    const silent = (check = machine.overHttp) => harness.becomes('it is silent', () => since(check) === undefined);
    const aWhile = () => harness.passes(harness.aWhileSeconds);
    const whole = async () => {
      await online();
      await serving();
    };
    const once = async (name: string) => {
      const result = await harness.until(commands().once(id, name));
      expect(result).toMatchObject({ status: 'Success', exitCode: 0 });
      return result.standardOutput;
    };

    /** A test where the machines can show it; where not, one that is left out and says why. */
    const able = (capability: Capability) => {
      const reason = lacking[capability];
      return (name: string, prove: () => Promise<void>) => {
        if (reason === undefined) test(name, prove);
        else test.skip(`${name} (not of ${kind} machines: ${reason})`, prove);
      };
    };

    test('one that nobody knows is offline and carries out no order', async () => {
      const { stop, reboot, terminate, detachVolume, detachNetworkInterface } = machines();
      for (const order of [stop, reboot, terminate]) order(unknown);
      detachVolume(unknown, machine.volumeId);
      detachNetworkInterface(unknown, 'eni-0123456789abcdef0');
      await aWhile();
      expect(machines().agentOnline(unknown)).toBe(false);
      expect(await harness.until(commands().once(unknown, 'any'))).toMatchObject({ status: 'Failed', exitCode: -1 });
      expect(harness.complaints()).toEqual([]);
    });

    test('one that was not started is offline and serves nothing', () => {
      expect(machines().agentOnline(id)).toBe(false);
      expect(since()).toBeUndefined();
    });

    test('the agent of one that was started comes online; it serves nothing while its volume is missing', async () => {
      machines().start(machine.instance);
      await online();
      await aWhile();
      expect([since(), since(machine.overTcp)]).toEqual([undefined, undefined]);
    });

    test('it serves once it has its volume, and says since when', async () => {
      const before = harness.now();
      await harness.attachVolume(machine);
      await serving();
      await serving(machine.overTcp);
      for (const check of [machine.overHttp, machine.overTcp]) {
        expect(since(check)).toBeGreaterThanOrEqual(before);
        expect(since(check)).toBeLessThanOrEqual(harness.now());
      }
    });

    able('the content of volumes')('what is written to its volume is there', async () => {
      const result = await harness.until(commands().onceOnVolume(id));
      expect(result.status).toBe('Success');
      onVolume = result.standardOutput;
    });

    test('it has served since the same moment as long as there is no gap', async () => {
      const first = since();
      await aWhile();
      expect(since()).toBe(first);
    });

    test('its address is one of its VPC, and only where something listens it serves', () => {
      expect(since({ ...machine.overHttp, vpcId: 'vpc-0123456789abcdef0' })).toBeUndefined();
      expect(since(machine.silent)).toBeUndefined();
    });

    test('started while it runs, it keeps running', async () => {
      const boot = await harness.bootOf(machine);
      machines().start(machine.instance);
      await aWhile();
      expect(machines().agentOnline(id)).toBe(true);
      expect(await harness.bootOf(machine)).toBe(boot);
    });

    test('a command ends with its output, with its exit code, or with its time', async () => {
      written = await once('first');
      expect(await once('first')).toBe(written);
      expect(await harness.until(commands().failing(id))).toMatchObject({
        status: 'Failed',
        exitCode: harness.commands.failingExitCode,
      });
      const before = harness.now();
      expect(await harness.until(commands().endless(id, 5))).toMatchObject({ status: 'TimedOut', exitCode: -1 });
      expect(harness.now() - before).toBeGreaterThanOrEqual(5_000);
      expect(harness.now() - before).toBeLessThan(20_000);
    });

    test('it comes back from a reboot with its disk and its volume', async () => {
      const boot = await harness.bootOf(machine);
      machines().reboot(id);
      await aWhile();
      await whole();
      expect(await harness.bootOf(machine)).not.toBe(boot);
      expect(await once('first')).toBe(written);
    });

    test('stopped, it is offline at once, takes no command, serves nothing, and stays so', async () => {
      machines().stop(id);
      expect(machines().agentOnline(id)).toBe(false);
      await silent();
      await silent(machine.overTcp);
      await aWhile();
      expect(machines().agentOnline(id)).toBe(false);
      expect(await harness.until(commands().once(id, 'stopped'))).toMatchObject({ status: 'Failed', exitCode: -1 });
    });

    test('started again, it has its disk and serves since then', async () => {
      const before = harness.now();
      machines().start(machine.instance);
      await whole();
      expect(since()).toBeGreaterThanOrEqual(before);
      expect(await once('first')).toBe(written);
    });

    test('stopped while it starts, it does not come online later', async () => {
      machines().stop(id);
      machines().start(machine.instance);
      machines().stop(id);
      await silent();
      await aWhile();
      expect([machines().agentOnline(id), since()]).toEqual([false, undefined]);
      machines().start(machine.instance);
      await whole();
    });

    test('without its volume it boots and serves nothing until it has it again', async () => {
      await harness.detachVolume(machine);
      machines().reboot(id);
      await silent();
      await online();
      await aWhile();
      expect(since()).toBeUndefined();
      await harness.attachVolume(machine);
      await whole();
    });

    test('it answers at the address of another interface while it has that', async () => {
      const other = await harness.attachInterface(machine);
      await serving(other);
      await harness.detachInterface(machine);
      await silent(other);
      expect(since()).toBeDefined();
    });

    test('terminated in the middle of a command, it ends the command and is gone', async () => {
      const command = commands().endless(id, 300);
      await harness.passes(3);
      const before = harness.now();
      machines().terminate(id);
      expect(await harness.until(command)).toMatchObject({ status: 'Failed', exitCode: -1 });
      expect(harness.now() - before).toBeLessThan(30_000);
      await silent();
      machines().terminate(id);
      await aWhile();
      expect([machines().agentOnline(id), since()]).toEqual([false, undefined]);
    });

    able('the content of volumes')('its replacement finds on the volume what it wrote', async () => {
      const successor = await harness.replace(machine);
      machines().start(successor.instance);
      await harness.attachVolume(successor);
      await harness.becomes('the successor serves', () => since(successor.overHttp) !== undefined);
      const found = await harness.until(commands().onceOnVolume(successor.instance.instanceId));
      expect(found).toMatchObject({ status: 'Success', standardOutput: onVolume });
    });

    test('of all this they complained about nothing', () => {
      expect(harness.complaints()).toEqual([]);
    });
  });
}
