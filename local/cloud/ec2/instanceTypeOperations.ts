import type { _InstanceType, InstanceTypeInfo } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { AwsError, NotModelled } from '../errors.ts';
import { operation } from '../operation.ts';
import { accessToAll } from './access.ts';
import { isOffered } from './capacityFaults.ts';
import { type FilterFields, filtersInput, matcher } from './filters.ts';
import { type InstanceType, instanceTypeOf, instanceTypes } from './instanceTypes.ts';
import { pageOf } from './paging.ts';

/** Source: EC2 API reference, DescribeInstanceTypes: at most 100 names a request and results a page. */
const typePage = { least: 5, most: 100 };

const fields: FilterFields<InstanceType> = {
  'instance-type': (type) => type.name,
  'current-generation': (type) => type.currentGeneration,
  'processor-info.supported-architecture': (type) => type.architecture,
  'vcpu-info.default-vcpus': (type) => type.vcpus,
  'memory-info.size-in-mib': (type) => type.memoryMiB,
  'burstable-performance-supported': (type) => type.burstable,
  'bare-metal': (type) => type.bareMetal,
};

const nameOf = (type: InstanceType) => type.name;

export const DescribeInstanceTypes = operation({
  input: z.strictObject({
    InstanceTypes: z.array(z.string()).max(typePage.most).optional(),
    Filters: filtersInput,
    MaxResults: z.number().int().optional(),
    NextToken: z.string().optional(),
  }),
  access: (world) => accessToAll(world, 'DescribeInstanceTypes'),
  run: (world, request) => {
    const candidates = request.InstanceTypes?.map(namedType) ?? instanceTypes;
    const matches = matcher(world, 'DescribeInstanceTypes', request.Filters, fields, nameOf);
    const paged = { NextToken: request.NextToken, MaxResults: request.MaxResults ?? typePage.most };
    const { rows, nextToken } = pageOf(candidates.filter(matches), paged, nameOf, typePage);
    return { InstanceTypes: rows.map(shownType), NextToken: nextToken };
  },
});

export const DescribeInstanceTypeOfferings = operation({
  input: z.strictObject({
    LocationType: z.enum(['region', 'availability-zone', 'availability-zone-id']).default('region'),
    Filters: filtersInput,
    MaxResults: z.number().int().optional(),
    NextToken: z.string().optional(),
  }),
  access: (world) => accessToAll(world, 'DescribeInstanceTypeOfferings'),
  run: (world, request) => {
    if (request.LocationType === 'region')
      throw new NotModelled('ec2', 'DescribeInstanceTypeOfferings', 'LocationType region');
    const byId = request.LocationType === 'availability-zone-id';
    const offerings = world.zones.flatMap(({ name, id }) =>
      instanceTypes
        .filter((type) => isOffered(world, name, type.name))
        .map((type) => ({
          InstanceType: type.name,
          LocationType: request.LocationType,
          Location: byId ? id : name,
        })),
    );
    const idOf = (offering: Offering) => `${offering.InstanceType}/${offering.Location}`;
    const matches = matcher(world, 'DescribeInstanceTypeOfferings', request.Filters, offeringFields, idOf);
    const paged = { NextToken: request.NextToken, MaxResults: request.MaxResults ?? 1000 };
    const { rows, nextToken } = pageOf(offerings.filter(matches), paged, idOf);
    return { InstanceTypeOfferings: rows, NextToken: nextToken };
  },
});

interface Offering {
  readonly InstanceType: string;
  readonly Location: string;
}

const offeringFields: FilterFields<Offering> = {
  'instance-type': (offering) => offering.InstanceType,
  location: (offering) => offering.Location,
};

function namedType(name: string): InstanceType {
  const type = instanceTypeOf(name);
  if (type) return type;
  throw new AwsError('InvalidInstanceType', `The following supplied instance types do not exist: [${name}]`);
}

function shownType(type: InstanceType): InstanceTypeInfo {
  return {
    InstanceType: type.name as _InstanceType,
    CurrentGeneration: type.currentGeneration,
    BareMetal: type.bareMetal,
    Hypervisor: 'nitro',
    BurstablePerformanceSupported: type.burstable,
    InstanceStorageSupported: false,
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    ProcessorInfo: { SupportedArchitectures: [type.architecture] },
    VCpuInfo: { DefaultVCpus: type.vcpus },
    MemoryInfo: { SizeInMiB: type.memoryMiB },
    NetworkInfo: {
      MaximumNetworkInterfaces: type.maximumNetworkInterfaces,
      Ipv4AddressesPerInterface: type.ipv4AddressesPerInterface,
      MaximumNetworkCards: 1,
      EnaSupport: 'required',
    },
    EbsInfo: { EbsOptimizedSupport: 'default', EncryptionSupport: 'supported', NvmeSupport: 'required' },
  };
}
