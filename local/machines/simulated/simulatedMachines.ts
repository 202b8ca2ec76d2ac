import type { Cloud } from '../../cloud/cloud.ts';
import { interfacesOfInstance } from '../../cloud/ec2/networkInterfaceRows.ts';
import { assumeRole } from '../../cloud/iam/assumeRole.ts';
import { instanceProfileByArn } from '../../cloud/iam/instanceProfiles.ts';
import { roleByName } from '../../cloud/iam/roles.ts';
import type { MachineInstance, Machines } from '../../cloud/machinePort.ts';
import { nowOf, type World } from '../../cloud/world.ts';
import type { HttpRequest, HttpResponse } from '../../deployment/httpApi.ts';
import { advance } from './boot.ts';
import { machineAddresses, machineAt, machines, placeKey, updateMachine } from './machineRows.ts';
import type { MachineContext } from './nodeApi.ts';
import { runVerb } from './verbs.ts';

/** What the machines are put into; asked late, because the cloud itself knows its machines. */
export interface Surroundings {
  readonly cloud: () => Cloud;
  readonly request: (request: HttpRequest) => Promise<HttpResponse>;
}

/** How long a machine waits before it tries again what could not be done: the boot unit's RestartSec. */
const retryMilliseconds = 10_000;

/**
 * Machines that boot in the model: each fetches its bundle with its own identity, makes real keys, gets real certificates,
 * and becomes ready only as far as its files and the world around it allow.
 */
export function createSimulatedMachines({ cloud, request }: Surroundings): Machines {
  const world = (): World => cloud().world;

  const contextOf = (instanceId: string): MachineContext | undefined => {
    const machine = machines(world()).get(instanceId);
    if (!machine) return undefined;
    const principal = assumeRole(world(), machine.roleArn, instanceId, 'ec2.amazonaws.com');
    return { cloud: cloud(), request, machine, principal };
  };

  return {
    start(instance) {
      const existing = machines(world()).get(instance.instanceId);
      const userData = existing ? 0 : world().delays.of('instanceUserData');
      const machine = newMachine(world(), instance);
      machines(world()).put(instance.instanceId, {
        ...machine,
        // What a disk keeps over a stop; components start anew.
        ...(existing?.bundle !== undefined && { bundle: existing.bundle }),
      });
      machineAddresses(world()).put(placeKey(machine), instance.instanceId);
      world().jobs.schedule('machine.boot', userData, { instanceId: instance.instanceId, startedAt: nowOf(world()) });
      world().jobs.schedule('machine.agent', userData + world().delays.of('agentOnline'), {
        instanceId: instance.instanceId,
      });
    },
    stop: (instanceId) => halt(world(), instanceId),
    reboot(instanceId) {
      halt(world(), instanceId);
      const startedAt = nowOf(world());
      updateMachine(world(), instanceId, { startedAt, done: [] });
      world().jobs.schedule('machine.boot', world().delays.of('instanceUserData'), { instanceId, startedAt });
    },
    terminate(instanceId) {
      const machine = machines(world()).get(instanceId);
      if (machine && machineAt(world(), machine)?.instanceId === instanceId)
        machineAddresses(world()).delete(placeKey(machine));
      machines(world()).delete(instanceId);
    },
    attachVolume() {},
    detachVolume() {},
    attachNetworkInterface() {},
    detachNetworkInterface() {},
    servingSince({ vpcId, address, path }) {
      const machine = machineAt(world(), { vpcId, address });
      return path === undefined ? machine?.startedAt : machine?.apiSince;
    },
    agentOnline: (instanceId) => machines(world()).get(instanceId)?.agentSince !== undefined,
    async runCommand(command) {
      const context = contextOf(command.instanceId);
      if (!context) return { status: 'Failed', exitCode: 1, standardOutput: '', standardError: 'the machine is gone' };
      return runVerb(context, command.parameters);
    },
  };

  function newMachine(at: World, instance: MachineInstance) {
    const profile = instanceProfileByArn(at, instance.instanceProfileArn ?? '');
    const [primary] = interfacesOfInstance(at, instance.instanceId);
    return {
      instanceId: instance.instanceId,
      roleArn: roleByName(at, profile?.roleName ?? '')?.arn ?? '',
      vpcId: primary?.vpcId ?? '',
      address: instance.privateIpAddress,
      networkInterfaceId: primary?.networkInterfaceId ?? '',
      zone: instance.zone,
      userData: Buffer.from(instance.userData, 'base64').toString(),
      startedAt: nowOf(at),
      done: [],
    };
  }
}

/** Gives the world the jobs by which machines boot. */
export function defineMachineJobs({ cloud, request }: Surroundings): void {
  const { world } = cloud();
  world.jobs.define('machine.agent', ({ instanceId }: { instanceId: string }) => {
    updateMachine(world, instanceId, { agentSince: nowOf(world) });
  });
  world.jobs.define('machine.boot', async (job: { instanceId: string; startedAt: number }) => {
    const machine = machines(world).get(job.instanceId);
    // A boot that was cut off by a stop or a reboot is not this one.
    if (!machine || machine.startedAt > job.startedAt) return;
    const through = await bootOnce({ cloud: cloud(), request, machine });
    if (!through) world.jobs.schedule('machine.boot', retryMilliseconds, job);
  });
}

async function bootOnce(context: Omit<MachineContext, 'principal'>): Promise<boolean> {
  const { world } = context.cloud;
  const { instanceId, roleArn } = context.machine;
  try {
    const principal = assumeRole(world, roleArn, instanceId, 'ec2.amazonaws.com');
    return await advance({ ...context, principal });
  } catch (error) {
    updateMachine(world, instanceId, { waitsFor: `credentials: ${(error as Error).message}` });
    return false;
  }
}

function halt(world: World, instanceId: string): void {
  const row = machines(world).get(instanceId);
  if (!row) return;
  const { agentSince: _agent, etcdSince: _etcd, apiSince: _api, nodeReadySince: _node, ...rest } = row;
  machines(world).put(instanceId, { ...rest, done: [] });
}
