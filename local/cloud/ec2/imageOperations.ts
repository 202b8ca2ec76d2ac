import type { Image } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { accessToAll } from './access.ts';
import { type FilterFields, filtersInput, matcher } from './filters.ts';
import { imageOf, imagesOf, type PublicImage } from './images.ts';
import { pageOf } from './paging.ts';
import { notFound } from './resourceTypes.ts';

const fields: FilterFields<PublicImage> = {
  'image-id': (image) => image.id,
  name: (image) => image.name,
  description: (image) => image.description,
  architecture: (image) => image.architecture,
  'owner-id': (image) => image.owner,
  'owner-alias': (image) => image.ownerAlias,
  state: () => 'available',
  'is-public': () => true,
  'root-device-type': () => 'ebs',
  'virtualization-type': () => 'hvm',
};

export const DescribeImages = operation({
  input: z.strictObject({
    ImageIds: z.array(z.string()).optional(),
    Owners: z.array(z.string()).optional(),
    Filters: filtersInput,
    IncludeDeprecated: z.boolean().default(false),
    MaxResults: z.number().int().optional(),
    NextToken: z.string().optional(),
  }),
  access: (world) => accessToAll(world, 'DescribeImages'),
  run: (world, request) => {
    const named = request.ImageIds?.map((id) => namedImage(world, id));
    const candidates =
      named ?? imagesOf(world).filter((image) => request.IncludeDeprecated || !isDeprecated(world, image));
    const owned = candidates.filter(({ owner, ownerAlias }) =>
      (request.Owners ?? [owner]).some((wanted) => wanted === owner || wanted === ownerAlias),
    );
    const matches = matcher(world, 'DescribeImages', request.Filters, fields, (image) => image.id);
    const { rows, nextToken } = pageOf(owned.filter(matches), request, (image) => image.id);
    return { Images: rows.map(shownImage), NextToken: nextToken };
  },
});

/** Deprecated images are left out of lists and still answer to their id (source: EC2 user guide, "Deprecate an AMI"). */
const isDeprecated = (world: World, image: PublicImage) => Date.parse(image.deprecatedAt) <= nowOf(world);

function namedImage(world: World, id: string): PublicImage {
  const image = imageOf(world, id);
  if (!image) throw notFound('image', id);
  return image;
}

function shownImage(image: PublicImage): Image {
  return {
    ImageId: image.id,
    Name: image.name,
    Description: image.description,
    Architecture: image.architecture,
    OwnerId: image.owner,
    ImageOwnerAlias: image.ownerAlias,
    ImageLocation: `${image.ownerAlias ?? image.owner}/${image.name}`,
    ImageType: 'machine',
    State: 'available',
    Public: true,
    CreationDate: image.createdAt,
    DeprecationTime: image.deprecatedAt,
    PlatformDetails: 'Linux/UNIX',
    UsageOperation: 'RunInstances',
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    EnaSupport: true,
    ImdsSupport: 'v2.0',
    BootMode: image.architecture === 'arm64' ? 'uefi' : 'uefi-preferred',
    RootDeviceType: 'ebs',
    RootDeviceName: image.rootDeviceName,
    BlockDeviceMappings: [
      {
        DeviceName: image.rootDeviceName,
        Ebs: {
          SnapshotId: image.rootSnapshotId,
          VolumeSize: image.rootVolumeGiB,
          VolumeType: 'gp3',
          DeleteOnTermination: true,
          Encrypted: false,
        },
      },
    ],
  };
}
