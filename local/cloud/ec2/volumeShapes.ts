import { AwsError } from '../errors.ts';
import type { VolumeShape, VolumeType } from './volumes.ts';

interface Range {
  readonly least: number;
  readonly most: number;
}

interface TypeLimits {
  readonly sizeGiB: Range;
  readonly iops?: Range & { readonly standard?: number; readonly perGiB: number };
  readonly throughput?: Range & { readonly standard: number; readonly perIops: number };
}

/** What each volume type allows (source: Amazon EBS user guide, "Volume types"; gp3 as raised in September 2025). */
const limits: Readonly<Record<VolumeType, TypeLimits>> = {
  gp2: { sizeGiB: { least: 1, most: 16_384 } },
  gp3: {
    sizeGiB: { least: 1, most: 65_536 },
    iops: { least: 3_000, most: 80_000, standard: 3_000, perGiB: 500 },
    throughput: { least: 125, most: 2_000, standard: 125, perIops: 0.25 },
  },
  io1: { sizeGiB: { least: 4, most: 16_384 }, iops: { least: 100, most: 64_000, perGiB: 50 } },
  io2: { sizeGiB: { least: 4, most: 65_536 }, iops: { least: 100, most: 256_000, perGiB: 1_000 } },
};

export interface RequestedShape {
  readonly sizeGiB: number;
  readonly type: VolumeType;
  readonly iops?: number | undefined;
  readonly throughput?: number | undefined;
}

/** The shape that EBS makes of a request, with its defaults; refuses what the type does not allow. */
export function shapeOf({ sizeGiB, type, iops, throughput }: RequestedShape): VolumeShape {
  const limit = limits[type];
  if (!isWithin(limit.sizeGiB, sizeGiB)) {
    throw new AwsError('InvalidParameterValue', `Volume of ${sizeGiB}GiB is invalid for volume type '${type}'`);
  }
  return {
    sizeGiB,
    type,
    iops: iopsOf(type, sizeGiB, iops),
    throughput: throughputOf(type, sizeGiB, iops, throughput),
  };
}

function iopsOf(type: VolumeType, sizeGiB: number, requested: number | undefined): number | undefined {
  const limit = limits[type].iops;
  if (!limit) {
    if (requested === undefined) return Math.min(16_000, Math.max(100, sizeGiB * 3)); // gp2: three a GiB
    throw new AwsError('InvalidParameterCombination', `The parameter iops is not supported for ${type} volumes.`);
  }
  const iops = requested ?? limit.standard;
  if (iops === undefined)
    throw new AwsError('MissingParameter', `The parameter iops must be specified for ${type} volumes.`);
  if (!isWithin(limit, iops)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Volume iops of ${iops} is invalid: it must be ${limit.least} to ${limit.most}`,
    );
  }
  if (requested !== undefined && requested !== limit.standard && iops > sizeGiB * limit.perGiB) {
    throw new AwsError(
      'InvalidParameterCombination',
      `Iops to volume size ratio of ${iops / sizeGiB} is too high; maximum is ${limit.perGiB}`,
    );
  }
  return iops;
}

function throughputOf(
  type: VolumeType,
  sizeGiB: number,
  iops: number | undefined,
  requested: number | undefined,
): number | undefined {
  const limit = limits[type].throughput;
  if (!limit) {
    if (requested === undefined) return undefined;
    throw new AwsError('InvalidParameterCombination', `The parameter throughput is not supported for ${type} volumes.`);
  }
  const throughput = requested ?? limit.standard;
  if (!isWithin(limit, throughput)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Volume throughput of ${throughput} MiB/s is invalid: it must be ${limit.least} to ${limit.most}`,
    );
  }
  const granted = iopsOf(type, sizeGiB, iops) ?? 0;
  if (throughput > granted * limit.perIops) {
    throw new AwsError(
      'InvalidParameterCombination',
      `Throughput (MiBps) to iops ratio of ${throughput / granted} is too high; maximum is ${limit.perIops}`,
    );
  }
  return throughput;
}

const isWithin = ({ least, most }: Range, value: number) => value >= least && value <= most;
