import { tableOf, type World } from '../world.ts';

/** A public machine image that the SSM public parameters name. */
export interface PublicImage {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly architecture: 'arm64' | 'x86_64';
  readonly owner: string;
  readonly ownerAlias: string | undefined;
  readonly operatingSystem: 'amazon-linux-2023' | 'ubuntu-24.04';
  readonly rootDeviceName: string;
  readonly rootSnapshotId: string;
  readonly rootVolumeGiB: number;
  readonly createdAt: string;
  readonly deprecatedAt: string;
  /** The SSM public parameters whose value is this image's id. */
  readonly parameters: readonly string[];
}

interface Release {
  readonly architecture: PublicImage['architecture'];
  readonly id: string;
  readonly snapshot: string;
}

/** Amazon and Canonical (source: owner ids published in both projects' image documentation). */
const amazon = '137112412989';
const canonical = '099720109477';

const amazonLinux = (kernel: string, build: string, { architecture, id, snapshot }: Release): PublicImage => ({
  id,
  name: `al2023-ami-2023.12.${build}-kernel-${kernel}-${architecture}`,
  description: `Amazon Linux 2023 AMI 2023.12.${build} ${architecture} HVM kernel-${kernel}`,
  architecture,
  owner: amazon,
  ownerAlias: 'amazon',
  operatingSystem: 'amazon-linux-2023',
  rootDeviceName: '/dev/xvda',
  rootSnapshotId: snapshot,
  rootVolumeGiB: 8,
  createdAt: '2026-11-09T22:04:33.000Z',
  deprecatedAt: '2027-02-07T22:05:00.000Z', // Amazon Linux 2023 images are deprecated after 90 days
  parameters: [`/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-${kernel}-${architecture}`],
});

const ubuntu = ({ architecture, id, snapshot }: Release): PublicImage => {
  const debianArchitecture = architecture === 'x86_64' ? 'amd64' : 'arm64';
  return {
    id,
    name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${debianArchitecture}-server-20261105`,
    description: `Canonical, Ubuntu, 24.04, ${debianArchitecture} noble image`,
    architecture,
    owner: canonical,
    ownerAlias: undefined,
    operatingSystem: 'ubuntu-24.04',
    rootDeviceName: '/dev/sda1',
    rootSnapshotId: snapshot,
    rootVolumeGiB: 8,
    createdAt: '2026-11-05T07:11:09.000Z',
    deprecatedAt: '2028-11-05T07:11:09.000Z',
    parameters: [`/aws/service/canonical/ubuntu/server/24.04/stable/current/${debianArchitecture}/hvm/ebs-gp3/ami-id`],
  };
};

/** The images of the model's world. Ids are the model's own: AWS's change with every release and Region. */
export const publicImages: readonly PublicImage[] = [
  amazonLinux('6.1', '20261109.0', {
    architecture: 'arm64',
    id: 'ami-0a1c6e1b5d0f16101',
    snapshot: 'snap-0a1c6e1b5d0f16101',
  }),
  amazonLinux('6.1', '20261109.0', {
    architecture: 'x86_64',
    id: 'ami-0a1c6e1b5d0f16102',
    snapshot: 'snap-0a1c6e1b5d0f16102',
  }),
  amazonLinux('6.12', '20261109.0', {
    architecture: 'arm64',
    id: 'ami-0a1c6e1b5d0f61201',
    snapshot: 'snap-0a1c6e1b5d0f61201',
  }),
  amazonLinux('6.12', '20261109.0', {
    architecture: 'x86_64',
    id: 'ami-0a1c6e1b5d0f61202',
    snapshot: 'snap-0a1c6e1b5d0f61202',
  }),
  amazonLinux('6.18', '20261109.0', {
    architecture: 'arm64',
    id: 'ami-0a1c6e1b5d0f61801',
    snapshot: 'snap-0a1c6e1b5d0f61801',
  }),
  amazonLinux('6.18', '20261109.0', {
    architecture: 'x86_64',
    id: 'ami-0a1c6e1b5d0f61802',
    snapshot: 'snap-0a1c6e1b5d0f61802',
  }),
  ubuntu({ architecture: 'arm64', id: 'ami-0b2d7f2c6e1a24041', snapshot: 'snap-0b2d7f2c6e1a24041' }),
  ubuntu({ architecture: 'x86_64', id: 'ami-0b2d7f2c6e1a24042', snapshot: 'snap-0b2d7f2c6e1a24042' }),
];

/** Images that were published after the world began: a new release to roll to. Tests and rehearsals put rows into it. */
export const laterImages = tableOf<PublicImage>('ec2.images');

const byId = new Map(publicImages.map((image) => [image.id, image]));

/** The image of this id, or undefined. */
export function imageOf(world: World, id: string): PublicImage | undefined {
  return byId.get(id) ?? laterImages(world).get(id);
}

/** Every image that exists in the world now. */
export function imagesOf(world: World): PublicImage[] {
  return [...publicImages, ...laterImages(world).rows()];
}
