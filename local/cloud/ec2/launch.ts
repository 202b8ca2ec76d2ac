import { AwsError } from '../errors.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, nowOf, type World } from '../world.ts';
import { remainingCapacity, takeCapacity } from './capacityFaults.ts';
import { announceState, instanceRunningJob, terminateInstance } from './instanceLifecycle.ts';
import { type InstanceRow, instanceOf, instances } from './instances.ts';
import type { LaunchPlan } from './launchPlan.ts';
import { addInterface } from './networkInterfaceCreation.ts';
import { holdInterface, networkInterfaces, setPublicAddress } from './networkInterfaces.ts';
import { freeAddressCount } from './privateAddresses.ts';
import { newPublicAddress } from './publicAddresses.ts';
import { launchedInstances, requestLimitExceeded, roomInBucket, takeFromBucket } from './resourceBuckets.ts';
import { subnetOf } from './subnets.ts';
import { putTags } from './tags.ts';
import { countVcpus, roomInVcpuQuota, vcpuLimitExceeded } from './vcpuQuota.ts';
import { visibleSoon } from './visibility.ts';
import { putAttachment } from './volumeAttachments.ts';
import { putNewVolume, roomForVolumes } from './volumeCreation.ts';
import { isUsableKey } from './volumeEncryption.ts';

/** How many instances of a plan to launch, and for whom. */
export interface LaunchOrder {
  readonly least: number;
  readonly most: number;
  readonly clientToken?: string | undefined;
  /** Tags of AWS's own, beside the plan's. */
  readonly awsTags?: Readonly<Record<string, string>>;
  readonly groupName?: string;
  /** Whether the caller may use the volumes' keys; RunInstances asked before. */
  readonly mayUseKey?: (arn: string) => boolean;
}

/**
 * Launches as many instances as there is room for, at least `least`; throws what EC2 answers where that is too few.
 * Auto Scaling launches through this too.
 */
export function launchInstances(world: World, plan: LaunchPlan, order: LaunchOrder): InstanceRow[] {
  const count = roomFor(world, plan, order);
  takeFromBucket(world, launchedInstances, count);
  takeCapacity(world, plan.zone, plan.type.name, count);
  const reservationId = newId(world, 'r');
  const ids = Array.from({ length: count }, (_, index) => launchOne(world, plan, order, { reservationId, index }));
  if (!keysAreUsable(world, plan, order)) for (const id of ids) failToEncrypt(world, id);
  return ids.map((id) => instanceOf(world, id));
}

function keysAreUsable(world: World, plan: LaunchPlan, { mayUseKey = () => true }: LaunchOrder): boolean {
  return plan.volumes.every(({ kmsKeyArn: arn }) => arn === undefined || (isUsableKey(world, arn) && mayUseKey(arn)));
}

/** EC2 accepts a launch under a key that it cannot use, and ends the instance (source: EC2 user guide, "Instance terminates immediately"). */
function failToEncrypt(world: World, instanceId: string): void {
  const message = 'Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state';
  const reason = { code: 'Client.InvalidKMSKey.InvalidState', message };
  terminateInstance(world, instanceOf(world, instanceId), { reason });
}

/** Everything that can be short, with what EC2 says then. */
function roomFor(world: World, plan: LaunchPlan, { least, most }: LaunchOrder): number {
  const { market, type, zone } = plan;
  const limits: readonly (readonly [room: number, error: () => AwsError])[] = [
    [roomInBucket(world, launchedInstances), requestLimitExceeded],
    [roomInVcpuQuota(world, market, type), () => vcpuLimitExceeded(world, market, type)],
    ...roomForInterfaces(world, plan),
    ...roomForVolumes(world, plan.volumes),
    [remainingCapacity(world, zone, type.name), () => insufficientCapacity(world, zone, type.name)],
  ];
  let count = most;
  for (const [room, error] of limits) {
    if (room < least) throw error();
    count = Math.min(count, room);
  }
  return count;
}

function roomForInterfaces(world: World, plan: LaunchPlan): (readonly [number, () => AwsError])[] {
  const created = plan.interfaces.filter(({ existingId }) => existingId === undefined);
  if (created.length === 0) return [];
  const inRegion = quotaOf(world, 'L-DF5E4CA3') - networkInterfaces(world).size;
  const tooMany = () =>
    new AwsError('NetworkInterfaceLimitExceeded', 'The maximum number of network interfaces has been reached.');
  const bySubnet = created.map(({ subnetId }) => {
    const each = created.filter((other) => other.subnetId === subnetId).length;
    const free = Math.floor(freeAddressCount(world, subnetOf(world, subnetId)) / each);
    const full = () =>
      new AwsError(
        'InsufficientFreeAddressesInSubnet',
        `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`,
      );
    return [free, full] as const;
  });
  return [[Math.floor(inRegion / created.length), tooMany], ...bySubnet];
}

/** A server error (500), so that SDK clients retry it by themselves. */
export function insufficientCapacity(world: World, zone: string, type: string): AwsError {
  const others = world.zones.map(({ name }) => name).filter((name) => name !== zone);
  return new AwsError(
    'InsufficientInstanceCapacity',
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity. You can currently get ${type} capacity by not specifying an Availability Zone in your request or choosing ${others.join(', ')}.`,
    500,
  );
}

function launchOne(
  world: World,
  plan: LaunchPlan,
  order: LaunchOrder,
  { reservationId, index }: { reservationId: string; index: number },
): string {
  const instanceId = newId(world, 'i');
  const now = nowOf(world);
  const runningAt = now + world.delays.of('instanceRunning');
  const primary = launchInterfaces(world, plan, instanceId, runningAt);
  const { parameters } = plan;
  const instance: InstanceRow = {
    ...visibleSoon(world),
    instanceId,
    reservationId,
    launchIndex: index,
    clientToken: order.clientToken ?? '',
    imageId: plan.image.id,
    instanceType: plan.type.name,
    architecture: plan.type.architecture,
    rootDeviceName: plan.image.rootDeviceName,
    zone: plan.zone,
    vpcId: plan.vpcId,
    subnetId: plan.subnetId,
    primaryInterfaceId: primary.networkInterfaceId,
    privateIpAddress: primary.privateIpAddress,
    volumeIds: [],
    userData: parameters.UserData ?? '',
    instanceProfile: plan.profile && { arn: plan.profile.arn, id: plan.profile.instanceProfileId },
    metadata: plan.metadata,
    detailedMonitoring: parameters.Monitoring?.Enabled ?? false,
    ebsOptimized: parameters.EbsOptimized ?? false,
    terminationProtected: parameters.DisableApiTermination ?? false,
    shutdownBehavior: parameters.InstanceInitiatedShutdownBehavior ?? 'stop',
    cpuCredits: plan.type.burstable ? (parameters.CreditSpecification?.CpuCredits ?? 'unlimited') : undefined,
    market: plan.market,
    groupName: order.groupName,
    startedAt: now,
    runningAt,
    stopping: undefined,
    terminating: undefined,
    stateReason: undefined,
  };
  instances(world).put(instanceId, instance);
  putTags(world, 'instance', instanceId, { ...plan.tags.instance, ...order.awsTags });
  launchVolumes(world, plan, instanceId, runningAt);
  countVcpus(world, instance);
  announceState(world, instanceId, 'pending');
  world.jobs.schedule(instanceRunningJob, runningAt - now, { instanceId, startedAt: now });
  return instanceId;
}

function launchInterfaces(world: World, plan: LaunchPlan, instanceId: string, attachedAt: number) {
  const [primary] = plan.interfaces.map((planned) => {
    const id =
      planned.existingId ?? addInterface(world, { ...planned, tags: plan.tags.networkInterface }).networkInterfaceId;
    holdInterface(world, id, {
      attachmentId: newId(world, 'eni-attach'),
      instanceId,
      deviceIndex: planned.deviceIndex,
      deleteOnTermination: planned.deleteOnTermination,
      attachedAt,
    });
    if (planned.hasPublicAddress) setPublicAddress(world, id, { publicIp: newPublicAddress(world) });
    return networkInterfaces(world).get(id);
  });
  if (!primary) throw new Error(`${instanceId} was planned without an interface`);
  return primary;
}

function launchVolumes(world: World, plan: LaunchPlan, instanceId: string, attachedAt: number): void {
  for (const planned of plan.volumes) {
    const volume = putNewVolume(world, { ...planned, zone: plan.zone, tags: plan.tags.volume });
    const { device, deleteOnTermination } = planned;
    putAttachment(
      world,
      { ...volume, availableAt: nowOf(world) },
      { instanceId, device, deleteOnTermination, attachedAt },
    );
  }
}
