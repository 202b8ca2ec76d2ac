import type { Component } from '../../../shared/machine/components.ts';
import { networkInterfaces } from '../../cloud/ec2/networkInterfaces.ts';
import { holderOf } from '../../cloud/ec2/privateAddresses.ts';
import { nowOf, tableOf, type World } from '../../cloud/world.ts';

/** A simulated machine: how far it got, by what it really fetched, holds and can reach. */
export interface MachineRow {
  readonly instanceId: string;
  readonly roleArn: string;
  readonly vpcId: string;
  readonly address: string;
  readonly networkInterfaceId: string;
  readonly zone: string;
  /** Decoded. */
  readonly userData: string;
  readonly startedAt: number;
  /** Missing while it runs. */
  readonly stoppedAt?: number;
  /** Names of the boot steps that are done. */
  readonly done: readonly string[];
  /** What the next step waits for, for people who ask why a machine is not ready. */
  readonly waitsFor?: string;
  /** Since when it waits for that, or when it has last reported so. */
  readonly complained?: { readonly step: string; readonly at: number };
  /** sha256 of the bundle that its user data pins, once it was fetched; bundles are kept apart, many machines share one. */
  readonly bundle?: string;
  /** Bundles that are on its disk as a whole. */
  readonly staged?: readonly string[];
  /** The bundle that each component runs by: the links on its disk. */
  readonly current?: Readonly<Partial<Record<Component, string>>>;
  /** A switch that has begun and not ended: written before anything stops. */
  readonly journal?: { readonly component: Component; readonly from: string; readonly to: string };
  /** Components of which a file is not what was staged. */
  readonly changedOnDisk?: readonly Component[];
  /** Since when each component's process runs. */
  readonly running?: Readonly<Partial<Record<Component, number>>>;
  /** The addresses of its pods, where the VPC itself routes them. */
  readonly podRange?: string;
  readonly agentSince?: number;
  /** Since when its etcd member runs, serving or not. */
  readonly etcdSince?: number;
  /** Since when its API server answers. */
  readonly apiSince?: number;
  readonly nodeReadySince?: number;
}

/** A key pair's private half and its certificate, which stay with the machine. */
export interface MachineCertificate {
  readonly key: string;
  readonly certificate?: string;
}

export const machines = tableOf<MachineRow>('machines.rows');
export const machineBundles = tableOf<string>('machines.bundles');
/** By `instanceId/profile`. */
export const machineCertificates = tableOf<MachineCertificate>('machines.certificates');
/** EBS volumes on which an etcd member has written its data, and whose it is; they outlive its machine. */
export const etcdDisks = tableOf<{ readonly volumeId: string; readonly owner: string }>('machines.etcdDisks');
/** What masters have applied inside a cluster, by `clusterId/what`. */
export const applied = tableOf<{ readonly at: number }>('machines.applied');
/** Persistent volumes of clusters, by the id of their EBS volume. */
export const persistentVolumes = tableOf<{
  readonly clusterId: string;
  readonly volumeId: string;
  readonly reclaimPolicy: 'Retain' | 'Delete';
}>('machines.persistentVolumes');
/** What tests break: a component whose content in a bundle has this text does not become ready, or is refused before it is stopped. */
export const brokenContents = tableOf<{
  readonly component: Component;
  readonly text: string;
  readonly how: 'refused' | 'never ready';
}>('machines.brokenContents');
/** Where tests cut the power: at a marked point of a verb, so many times. */
export const powerCuts = tableOf<{ readonly times: number }>('machines.powerCuts');
/** Finished verbs by `instanceId/operationId`: a verb that is sent twice runs once. */
export const finishedVerbs = tableOf<FinishedVerb>('machines.verbs');

export type FinishedVerb =
  | { readonly outcome: 'done'; readonly result: Readonly<Record<string, string | number | boolean>> }
  | { readonly outcome: 'failed'; readonly message: string };

/** Where a machine is found: two VPCs may use the same addresses. */
export interface MachineAddress {
  readonly vpcId: string;
  readonly address: string;
}

/** The machine that has an interface with this address in it, the primary one or another. */
export function machineAt(world: World, { vpcId, address }: MachineAddress): MachineRow | undefined {
  const attachment = networkInterfaces(world).get(holderOf(world, vpcId, address) ?? '')?.attachment;
  if (attachment?.instanceId === undefined || attachment.attachedAt > nowOf(world)) return undefined;
  return machines(world).get(attachment.instanceId);
}

export function updateMachine(world: World, instanceId: string, changes: Partial<MachineRow>): MachineRow | undefined {
  const row = machines(world).get(instanceId);
  if (!row) return undefined;
  const updated = { ...row, ...changes };
  machines(world).put(instanceId, updated);
  return updated;
}

/** One boot of a machine. */
export type Boot = Pick<MachineRow, 'instanceId' | 'startedAt'>;

/** The machine as long as it runs since this boot; undefined once a stop, a reboot or its end has cut that off. */
export function machineOfBoot(world: World, { instanceId, startedAt }: Boot): MachineRow | undefined {
  const row = machines(world).get(instanceId);
  return row?.stoppedAt === undefined && row?.startedAt === startedAt ? row : undefined;
}
