import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { accessTo, accessToAll } from './access.ts';
import { describeInput } from './describe.ts';
import { matcher } from './filters.ts';
import { pageOf } from './paging.ts';
import { checkStorageQuota, countStorage } from './volumeCreation.ts';
import { shapeOf } from './volumeShapes.ts';
import {
  incorrectVolumeState,
  type VolumeModification,
  type VolumeRow,
  volumeOf,
  volumeState,
  volumes,
} from './volumes.ts';
import { volumeTypeInput } from './volumeTypes.ts';

/** A changed volume can be used at once but is optimised for a while, and changed again only hours later (source: EBS user guide, "Modify a volume"). */
const optimizingAfter = 5_000;
const completedAfter = 15 * 60_000;
const nextChangeAfter = 6 * 60 * 60_000;

export const ModifyVolume = operation({
  input: z.strictObject({
    VolumeId: z.string(),
    Size: z.number().int().optional(),
    VolumeType: volumeTypeInput.optional(),
    Iops: z.number().int().optional(),
    Throughput: z.number().int().optional(),
  }),
  access: (world, { VolumeId }) => [accessTo(world, 'ModifyVolume', volumeOf(world, VolumeId).volumeId)],
  run: (world, request) => {
    const volume = volumeOf(world, request.VolumeId);
    const state = volumeState(world, volume);
    if (state !== 'available' && state !== 'in-use') throw incorrectVolumeState(volume, state, 'available');
    checkRate(world, volume);
    const sizeGiB = request.Size ?? volume.sizeGiB;
    if (sizeGiB < volume.sizeGiB) {
      throw new AwsError('InvalidParameterValue', 'New size cannot be smaller than existing size');
    }
    const type = request.VolumeType ?? volume.type;
    const kept = type === volume.type ? { iops: volume.iops, throughput: volume.throughput } : {};
    const computed =
      type === 'gp2' ? {} : { ...kept, ...given({ iops: request.Iops, throughput: request.Throughput }) };
    const target = shapeOf({ sizeGiB, type, ...computed });
    checkStorageQuota(world, type, type === volume.type ? sizeGiB - volume.sizeGiB : sizeGiB);

    const now = nowOf(world);
    const { iops, throughput } = volume;
    const modification: VolumeModification = {
      startedAt: now,
      optimizingAt: now + optimizingAfter,
      completedAt: now + completedAfter,
      original: { sizeGiB: volume.sizeGiB, type: volume.type, iops, throughput },
      target,
    };
    countStorage(world, volume.type, -volume.sizeGiB);
    countStorage(world, type, sizeGiB);
    const changed: VolumeRow = { ...volume, ...target, modification };
    volumes(world).put(volume.volumeId, changed);
    return { VolumeModification: shownModification(world, changed, modification) };
  },
});

export const DescribeVolumesModifications = operation({
  input: z.strictObject({ ...describeInput, VolumeIds: z.array(z.string()).optional() }),
  access: (world) => accessToAll(world, 'DescribeVolumesModifications'),
  run: (world, request) => {
    const named = request.VolumeIds?.map((id) => modifiedVolume(world, id));
    const candidates = named ?? [...volumes(world).rows()].filter(({ modification }) => modification !== undefined);
    const fields = {
      'volume-id': (volume: VolumeRow) => volume.volumeId,
      'modification-state': (volume: VolumeRow) => volume.modification && modificationState(world, volume.modification),
    };
    const idOf = (volume: VolumeRow) => volume.volumeId;
    const matches = matcher(world, 'DescribeVolumesModifications', request.Filters, fields, idOf);
    const { rows, nextToken } = pageOf(candidates.filter(matches), request, idOf);
    return {
      VolumesModifications: rows.flatMap((volume) =>
        volume.modification ? shownModification(world, volume, volume.modification) : [],
      ),
      NextToken: nextToken,
    };
  },
});

function checkRate(world: World, { volumeId, modification }: VolumeRow): void {
  if (!modification || nowOf(world) >= modification.startedAt + nextChangeAfter) return;
  throw new AwsError(
    'VolumeModificationRateExceeded',
    `You've reached the maximum modification rate per volume limit. Wait at least 6 hours between modifications per EBS volume (${volumeId}).`,
  );
}

function modifiedVolume(world: World, id: string): VolumeRow {
  const volume = volumeOf(world, id);
  if (volume.modification) return volume;
  throw new AwsError('InvalidVolumeModification.NotFound', `Modification for volume '${id}' does not exist.`);
}

function modificationState(world: World, modification: VolumeModification): 'modifying' | 'optimizing' | 'completed' {
  if (nowOf(world) < modification.optimizingAt) return 'modifying';
  return nowOf(world) < modification.completedAt ? 'optimizing' : 'completed';
}

function shownModification(world: World, volume: VolumeRow, modification: VolumeModification) {
  const { original, target, startedAt, completedAt } = modification;
  const state = modificationState(world, modification);
  return {
    VolumeId: volume.volumeId,
    ModificationState: state,
    OriginalSize: original.sizeGiB,
    OriginalVolumeType: original.type,
    OriginalIops: original.iops,
    OriginalThroughput: original.throughput,
    TargetSize: target.sizeGiB,
    TargetVolumeType: target.type,
    TargetIops: target.iops,
    TargetThroughput: target.throughput,
    Progress: state === 'completed' ? 100 : 0,
    StartTime: new Date(startedAt),
    EndTime: state === 'completed' ? new Date(completedAt) : undefined,
  };
}

/** Only what the caller gave, so that it does not hide what the volume had. */
function given<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<Value>;
}
