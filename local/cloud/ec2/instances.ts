import { AwsError } from '../errors.ts';
import { nowOf, tableOf, type World } from '../world.ts';
import type { InstanceMetadata } from './launchParameters.ts';
import { notFound } from './resourceTypes.ts';
import type { Visible } from './visibility.ts';

/** One EC2 instance. Its state follows from its times. */
export interface InstanceRow extends Visible {
  readonly instanceId: string;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly clientToken: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly architecture: 'arm64' | 'x86_64';
  readonly rootDeviceName: string;
  readonly zone: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly primaryInterfaceId: string;
  readonly privateIpAddress: string;
  /** Attached ones, root first. */
  readonly volumeIds: readonly string[];
  readonly userData: string;
  readonly instanceProfile: { readonly arn: string; readonly id: string } | undefined;
  readonly metadata: InstanceMetadata;
  readonly detailedMonitoring: boolean;
  readonly ebsOptimized: boolean;
  readonly terminationProtected: boolean;
  readonly shutdownBehavior: 'stop' | 'terminate';
  readonly cpuCredits: 'standard' | 'unlimited' | undefined;
  readonly market: 'on-demand' | 'spot';
  /** The Auto Scaling group that launched it. */
  readonly groupName: string | undefined;

  /** The last launch or start. */
  readonly startedAt: number;
  readonly runningAt: number;
  readonly stopping: Ending | undefined;
  readonly terminating: Ending | undefined;
  readonly stateReason: StateReason | undefined;
}

/** A stop or termination under way, then done. */
export interface Ending {
  readonly requestedAt: number;
  readonly endedAt: number;
}

export interface StateReason {
  readonly code: string;
  readonly message: string;
}

export const instances = tableOf<InstanceRow>('ec2.instances');

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

/** The codes that go with the states (source: EC2 API reference, InstanceState). */
export const stateCodes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export function instanceState(world: World, instance: InstanceRow): InstanceState {
  const now = nowOf(world);
  if (instance.terminating) return instance.terminating.endedAt <= now ? 'terminated' : 'shutting-down';
  if (instance.stopping) return instance.stopping.endedAt <= now ? 'stopped' : 'stopping';
  return instance.runningAt <= now ? 'running' : 'pending';
}

/** A terminated instance stays visible for about an hour (source: EC2 user guide, "Terminate your instance"). */
export const visibleAfterTermination = 60 * 60_000;

/** Whether Describe and other calls still know it. */
export function instanceExists(world: World, { terminating }: InstanceRow): boolean {
  return terminating === undefined || nowOf(world) < terminating.endedAt + visibleAfterTermination;
}

/** The instance of this id, or what EC2 answers without one. */
export function instanceOf(world: World, instanceId: string): InstanceRow {
  const instance = instances(world).get(instanceId);
  if (!instance || !instanceExists(world, instance)) throw notFound('instance', instanceId);
  return instance;
}

/** Changes some fields of an instance that exists. */
export function updateInstance(world: World, instanceId: string, changes: Partial<InstanceRow>): InstanceRow {
  const changed = { ...instanceOf(world, instanceId), ...changes };
  instances(world).put(instanceId, changed);
  return changed;
}

export function incorrectInstanceState(instanceId: string, wanted: string): AwsError {
  return new AwsError(
    'IncorrectInstanceState',
    `The instance '${instanceId}' is not in a state from which it can be ${wanted}.`,
  );
}
