import type { Cloud } from '../../cloud/cloud.ts';
import { interfacesOfInstance } from '../../cloud/ec2/networkInterfaces.ts';
import { assumeRole } from '../../cloud/iam/assumeRole.ts';
import { instanceProfileByArn } from '../../cloud/iam/instanceProfiles.ts';
import { roleByName } from '../../cloud/iam/roles.ts';
import type { MachineInstance, Machines } from '../../cloud/machinePort.ts';
import { nowOf, type World } from '../../cloud/world.ts';
import type { HttpRequest, HttpResponse } from '../../deployment/httpApi.ts';
import { advance } from './boot.ts';
import { listeningSince } from './listening.ts';
import { type Boot, type MachineRow, machineAt, machineOfBoot, machines, updateMachine } from './machineRows.ts';
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
    if (machine?.agentSince === undefined) return undefined;
    const principal = assumeRole(world(), machine.roleArn, instanceId, 'ec2.amazonaws.com');
    return { cloud: cloud(), request, machine, principal };
  };

  return {
    start(instance) {
      const existing = machines(world()).get(instance.instanceId);
      if (existing && existing.stoppedAt === undefined) return;
      const machine = newMachine(world(), instance);
      machines(world()).put(instance.instanceId, {
        ...machine,
        // Components start again.
        ...(existing && diskOf(existing)),
      });
      boot(world(), machine, existing ? 0 : world().delays.of('instanceUserData'));
    },
    stop(instanceId) {
      halt(world(), instanceId);
      updateMachine(world(), instanceId, { stoppedAt: nowOf(world()) });
    },
    reboot(instanceId) {
      const row = halt(world(), instanceId);
      if (!row) return;
      const { stoppedAt: _stopped, ...machine } = { ...row, startedAt: nowOf(world()) };
      machines(world()).put(instanceId, machine);
      boot(world(), machine, world().delays.of('instanceUserData'));
    },
    terminate: (instanceId) => machines(world()).delete(instanceId),
    attachVolume() {},
    detachVolume() {},
    attachNetworkInterface() {},
    detachNetworkInterface() {},
    servingSince(check) {
      const machine = machineAt(world(), check);
      return machine && listeningSince(world(), machine, check);
    },
    // Its end takes what the model says that it takes.
    hasEnded: () => true,
    agentOnline: (instanceId) => machines(world()).get(instanceId)?.agentSince !== undefined,
    async runCommand(command) {
      const context = contextOf(command.instanceId);
      if (!context)
        return { status: 'Failed', exitCode: -1, standardOutput: '', standardError: 'the agent does not answer' };
      return runVerb(context, command);
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
  world.jobs.define(agentJob, (boot: Boot) => {
    if (machineOfBoot(world, boot)) updateMachine(world, boot.instanceId, { agentSince: nowOf(world) });
  });
  world.jobs.define(bootJob, async (boot: Boot) => {
    const machine = machineOfBoot(world, boot);
    const through = !machine || (await bootOnce({ cloud: cloud(), request, machine }));
    if (!through) world.jobs.schedule(bootJob, retryMilliseconds, boot);
  });
}

const bootJob = 'machine.boot';
const agentJob = 'machine.agent';

/** Begins a boot: what user data starts runs after the image's usual time, the agent a little later. */
function boot(world: World, { instanceId, startedAt }: Boot, userDataMilliseconds: number): void {
  const begun: Boot = { instanceId, startedAt };
  world.jobs.schedule(bootJob, userDataMilliseconds, begun);
  world.jobs.schedule(agentJob, userDataMilliseconds + world.delays.of('agentOnline'), begun);
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

/** Nothing of the machine runs any more; its disk stays. */
function halt(world: World, instanceId: string): MachineRow | undefined {
  const row = machines(world).get(instanceId);
  if (!row) return undefined;
  const {
    agentSince: _agent,
    etcdSince: _etcd,
    apiSince: _api,
    nodeReadySince: _node,
    running: _running,
    ...rest
  } = row;
  const halted = { ...rest, done: [] };
  machines(world).put(instanceId, halted);
  return halted;
}

/** What a disk keeps over a stop. */
const diskOf = ({ bundle, staged, current, journal, changedOnDisk }: MachineRow): Partial<MachineRow> => ({
  ...(bundle && { bundle }),
  ...(staged && { staged }),
  ...(current && { current }),
  ...(journal && { journal }),
  ...(changedOnDisk && { changedOnDisk }),
});
