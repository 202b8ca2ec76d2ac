import { AwsError } from '../errors.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, nowOf, tableOf, type World } from '../world.ts';
import { putTags } from './tags.ts';
import { visibleSoon } from './visibility.ts';
import { type VolumeRow, type VolumeShape, type VolumeType, volumes } from './volumes.ts';

export interface NewVolume {
  readonly zone: string;
  readonly shape: VolumeShape;
  readonly encrypted: boolean;
  readonly kmsKeyArn: string | undefined;
  readonly snapshotId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Storage of each type in the account, so that the quota is a look-up and not a walk over all volumes. */
const storageGiB = tableOf<number>('ec2.volumeStorage');

/** Service Quotas codes of storage by type, in TiB. */
const storageQuotas: Readonly<Partial<Record<VolumeType, string>>> = { gp3: 'L-7A658B76', io2: 'L-09BD8365' };

/** Refuses volumes beyond the account's storage. */
export function checkStorageQuota(world: World, type: VolumeType, additionalGiB: number): void {
  if (additionalGiB > freeStorage(world, type)) throw volumeLimitExceeded(world, type);
}

/** How many instances with these volumes the account's storage has room for, by type, and what EC2 says beyond. */
export function roomForVolumes(
  world: World,
  planned: readonly { readonly shape: VolumeShape }[],
): (readonly [room: number, error: () => AwsError])[] {
  const types = new Set(planned.map(({ shape }) => shape.type));
  return [...types].map((type) => {
    const each = planned.filter(({ shape }) => shape.type === type).reduce((sum, { shape }) => sum + shape.sizeGiB, 0);
    return [Math.floor(freeStorage(world, type) / each), () => volumeLimitExceeded(world, type)];
  });
}

function freeStorage(world: World, type: VolumeType): number {
  const code = storageQuotas[type];
  return code ? quotaOf(world, code) * 1024 - (storageGiB(world).get(type) ?? 0) : Infinity;
}

function volumeLimitExceeded(world: World, type: VolumeType): AwsError {
  const limit = quotaOf(world, storageQuotas[type] ?? '');
  return new AwsError(
    'VolumeLimitExceeded',
    `You have exceeded your maximum ${type} storage limit of ${limit} TiB in this region. Please contact AWS Support to request an Elastic Block Store service limit increase.`,
  );
}

/** Counts storage that came or went. */
export function countStorage(world: World, type: VolumeType, changeGiB: number): void {
  storageGiB(world).put(type, (storageGiB(world).get(type) ?? 0) + changeGiB);
}

/** Makes a volume that is available a little later. The caller has checked everything. */
export function putNewVolume(world: World, volume: NewVolume): VolumeRow {
  const row: VolumeRow = {
    ...visibleSoon(world),
    ...volume.shape,
    volumeId: newId(world, 'vol'),
    zone: volume.zone,
    encrypted: volume.encrypted,
    kmsKeyArn: volume.kmsKeyArn,
    snapshotId: volume.snapshotId,
    availableAt: nowOf(world) + world.delays.of('volumeAvailable'),
    attachment: undefined,
    modification: undefined,
    goneAt: undefined,
  };
  volumes(world).put(row.volumeId, row);
  putTags(world, 'volume', row.volumeId, volume.tags);
  countStorage(world, row.type, row.sizeGiB);
  return row;
}
