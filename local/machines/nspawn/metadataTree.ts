import type { InstanceRow } from '../../cloud/ec2/instances.ts';
import {
  interfacesOfInstance,
  type NetworkInterfaceRow,
  networkInterfaces,
} from '../../cloud/ec2/networkInterfaces.ts';
import { ipName } from '../../cloud/ec2/privateDnsNames.ts';
import { subnetOf } from '../../cloud/ec2/subnets.ts';
import { vpcOf } from '../../cloud/ec2/vpcs.ts';
import type { Session } from '../../cloud/sts/sessions.ts';
import type { World } from '../../cloud/world.ts';

/** A folder of the metadata service. Programs that crawl it, as cloud-init does, find everything by its lists. */
export interface Folder {
  readonly [name: string]: Folder | Value;
}

/** What is at the end of a path. Some of it is made only when it is asked for. */
export type Value = string | (() => string);

export const isFolder = (place: Folder | Value): place is Folder => typeof place === 'object';

export const readValue = (value: Value): string => (typeof value === 'string' ? value : value());

/** As EC2 lists a folder: a name a line, folders with a slash behind it. */
export const listOf = (folder: Folder): string =>
  Object.entries(folder)
    .map(([name, place]) => (isFolder(place) ? `${name}/` : name))
    .join('\n');

/** Which instance asks, and the interface that it asks through. */
export interface MetadataSubject {
  readonly instance: InstanceRow;
  readonly networkInterface: NetworkInterfaceRow;
  /** Of its instance profile. */
  readonly role?: { readonly name: string; readonly credentials: () => Session };
}

/** Everything that an instance may know of itself (source: EC2 user guide, "Instance metadata categories"). */
export function metadataTree(world: World, { instance, networkInterface, role }: MetadataSubject): Folder {
  const name = ipName(world, networkInterface.privateIpAddress);
  const userData = Buffer.from(instance.userData, 'base64').toString();
  return {
    dynamic: { 'instance-identity': { document: identityDocument(world, instance) } },
    'meta-data': {
      'ami-id': instance.imageId,
      hostname: name,
      ...(role && { iam: { 'security-credentials': { [role.name]: () => credentialsDocument(role.credentials()) } } }),
      'instance-id': instance.instanceId,
      'instance-type': instance.instanceType,
      'local-hostname': name,
      'local-ipv4': networkInterface.privateIpAddress,
      mac: networkInterface.macAddress,
      network: { interfaces: { macs: interfacesOf(world, instance.instanceId) } },
      placement: { 'availability-zone': instance.zone, region: world.region },
      services: { domain: 'amazonaws.com', partition: 'aws' },
    },
    ...(userData !== '' && { 'user-data': userData }),
  };
}

function credentialsDocument(issued: Session): string {
  return JSON.stringify({
    Code: 'Success',
    Type: 'AWS-HMAC',
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey,
    Token: issued.sessionToken,
    Expiration: new Date(issued.expiresAt).toISOString(),
  });
}

/** Who the instance is, as programs ask for it (source: EC2 user guide, "Instance identity documents"). */
function identityDocument(world: World, instance: InstanceRow): string {
  const primary = networkInterfaces(world).get(instance.primaryInterfaceId);
  return JSON.stringify({
    accountId: world.account,
    architecture: instance.architecture,
    availabilityZone: instance.zone,
    imageId: instance.imageId,
    instanceId: instance.instanceId,
    instanceType: instance.instanceType,
    pendingTime: new Date(instance.startedAt).toISOString(),
    privateIp: primary?.privateIpAddress,
    region: world.region,
    version: '2017-09-30',
  });
}

/** The instance's interfaces: folders named by their addresses, and what is known of each. */
const interfacesOf = (world: World, instanceId: string): Folder =>
  Object.fromEntries(
    interfacesOfInstance(world, instanceId).map((row) => [
      row.macAddress,
      {
        'device-number': String(row.attachment?.deviceIndex ?? 0),
        'interface-id': row.networkInterfaceId,
        'local-hostname': ipName(world, row.privateIpAddress),
        'local-ipv4s': row.privateIpAddress,
        mac: row.macAddress,
        'owner-id': world.account,
        'security-group-ids': row.groupIds.join('\n'),
        'subnet-id': row.subnetId,
        'subnet-ipv4-cidr-block': subnetOf(world, row.subnetId).cidrBlock,
        'vpc-id': row.vpcId,
        'vpc-ipv4-cidr-blocks': vpcOf(world, row.vpcId)
          .cidrBlocks.map(({ cidrBlock }) => cidrBlock)
          .join('\n'),
      },
    ]),
  );
