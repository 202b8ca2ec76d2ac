import * as z from 'zod';
import { tagSpecificationsInput } from './tags.ts';
import { volumeTypeInput } from './volumeTypes.ts';

const enabled = z.enum(['enabled', 'disabled']);

export const metadataOptionsInput = z.strictObject({
  HttpTokens: z.enum(['optional', 'required']).optional(),
  HttpPutResponseHopLimit: z.number().int().min(1).max(64).optional(),
  HttpEndpoint: enabled.optional(),
  HttpProtocolIpv6: enabled.optional(),
  InstanceMetadataTags: enabled.optional(),
});

/** The instance metadata options as they apply, with EC2's defaults. */
export interface InstanceMetadata {
  readonly HttpTokens: 'optional' | 'required';
  readonly HttpPutResponseHopLimit: number;
  readonly HttpEndpoint: 'enabled' | 'disabled';
  readonly HttpProtocolIpv6: 'enabled' | 'disabled';
  readonly InstanceMetadataTags: 'enabled' | 'disabled';
}

const networkInterfaceInput = z.strictObject({
  DeviceIndex: z.number().int().min(0).optional(),
  NetworkCardIndex: z.literal(0).optional(),
  NetworkInterfaceId: z.string().optional(),
  SubnetId: z.string().optional(),
  Groups: z.array(z.string()).optional(),
  PrivateIpAddress: z.string().optional(),
  DeleteOnTermination: z.boolean().optional(),
  Description: z.string().optional(),
  AssociatePublicIpAddress: z.boolean().optional(),
});

const blockDeviceInput = z.strictObject({
  DeviceName: z.string(),
  Ebs: z.strictObject({
    VolumeSize: z.number().int().optional(),
    VolumeType: volumeTypeInput.optional(),
    Iops: z.number().int().optional(),
    Throughput: z.number().int().optional(),
    SnapshotId: z.string().optional(),
    Encrypted: z.boolean().optional(),
    KmsKeyId: z.string().optional(),
    DeleteOnTermination: z.boolean().optional(),
  }),
});

/** What both a launch template version and RunInstances can say about an instance. */
export const launchParametersFields = {
  ImageId: z.string().optional(),
  InstanceType: z.string().optional(),
  UserData: z.string().optional(),
  IamInstanceProfile: z.strictObject({ Arn: z.string().optional(), Name: z.string().optional() }).optional(),
  SecurityGroupIds: z.array(z.string()).optional(),
  NetworkInterfaces: z.array(networkInterfaceInput).optional(),
  BlockDeviceMappings: z.array(blockDeviceInput).optional(),
  Placement: z
    .strictObject({ AvailabilityZone: z.string().optional(), Tenancy: z.literal('default').optional() })
    .optional(),
  MetadataOptions: metadataOptionsInput.optional(),
  Monitoring: z.strictObject({ Enabled: z.boolean() }).optional(),
  EbsOptimized: z.boolean().optional(),
  DisableApiTermination: z.boolean().optional(),
  InstanceInitiatedShutdownBehavior: z.enum(['stop', 'terminate']).optional(),
  CreditSpecification: z.strictObject({ CpuCredits: z.enum(['standard', 'unlimited']) }).optional(),
  InstanceMarketOptions: z
    .strictObject({
      MarketType: z.literal('spot'),
      SpotOptions: z
        .strictObject({
          SpotInstanceType: z.literal('one-time').optional(),
          InstanceInterruptionBehavior: z.literal('terminate').optional(),
        })
        .optional(),
    })
    .optional(),
  TagSpecifications: tagSpecificationsInput,
};

const launchParametersInput = z.strictObject(launchParametersFields);

export type TemplateParameters = z.infer<typeof launchParametersInput>;

/** What a launch says once template and request are merged. */
export type LaunchParameters = TemplateParameters & { readonly SubnetId?: string | undefined };

export type NetworkInterfaceParameters = z.infer<typeof networkInterfaceInput>;
export type BlockDeviceParameters = z.infer<typeof blockDeviceInput>;

/**
 * The request's parameters over the template's (source: EC2 user guide, "Launch an instance from a launch template"):
 * a value of the request replaces the template's, lists of devices are merged by device, tags by resource and key.
 */
export function mergedParameters(template: TemplateParameters, request: LaunchParameters): LaunchParameters {
  const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
  const merged: LaunchParameters = { ...template, ...given };
  return {
    ...merged,
    MetadataOptions: mergedOrNothing(template.MetadataOptions, request.MetadataOptions),
    Placement: mergedOrNothing(template.Placement, request.Placement),
    NetworkInterfaces: mergedBy((item) => item.DeviceIndex, template.NetworkInterfaces, request.NetworkInterfaces),
    BlockDeviceMappings: mergedBy(
      (item) => item.DeviceName,
      template.BlockDeviceMappings,
      request.BlockDeviceMappings,
      (base, over) => ({ ...over, Ebs: { ...base.Ebs, ...over.Ebs } }),
    ),
    TagSpecifications: mergedTags(template.TagSpecifications, request.TagSpecifications),
  };
}

function mergedOrNothing<Value extends object>(base: Value | undefined, over: Value | undefined): Value | undefined {
  return base === undefined && over === undefined ? undefined : ({ ...base, ...over } as Value);
}

function mergedBy<Item extends object>(
  keyOf: (item: Item) => unknown,
  base: readonly Item[] | undefined,
  over: readonly Item[] | undefined,
  merge: (base: Item, over: Item) => Item = (left, right) => ({ ...left, ...right }),
): Item[] | undefined {
  if (base === undefined && over === undefined) return undefined;
  const items = new Map((base ?? []).map((item) => [keyOf(item), item]));
  for (const item of over ?? []) {
    const known = items.get(keyOf(item));
    items.set(keyOf(item), known ? merge(known, item) : item);
  }
  return [...items.values()];
}

type TagSpecifications = TemplateParameters['TagSpecifications'];

function mergedTags(base: TagSpecifications, over: TagSpecifications): TagSpecifications {
  if (base === undefined || over === undefined) return over ?? base;
  const types = new Set([...base, ...over].map(({ ResourceType }) => ResourceType));
  return [...types].map((ResourceType) => ({
    ResourceType,
    Tags:
      mergedBy(
        ({ Key }) => Key,
        base.filter((each) => each.ResourceType === ResourceType).flatMap(({ Tags }) => Tags),
        over.filter((each) => each.ResourceType === ResourceType).flatMap(({ Tags }) => Tags),
      ) ?? [],
  }));
}
