import { randomBytes } from 'node:crypto';
import { type InstanceRow, instances } from '../../cloud/ec2/instances.ts';
import {
  interfacesOfInstance,
  type NetworkInterfaceRow,
  networkInterfaces,
} from '../../cloud/ec2/networkInterfaceRows.ts';
import { ipName } from '../../cloud/ec2/privateDnsNames.ts';
import { assumeRole } from '../../cloud/iam/assumeRole.ts';
import { instanceProfileByArn } from '../../cloud/iam/instanceProfiles.ts';
import { roleByName } from '../../cloud/iam/roles.ts';
import { issueCredentials, type Session } from '../../cloud/sts/sessions.ts';
import { nowOf, type World } from '../../cloud/world.ts';

/** A request to 169.254.169.254, and from which address of which VPC it came. */
export interface MetadataRequest {
  readonly vpcId: string;
  readonly sourceAddress: string;
  readonly method: string;
  /** `/latest/meta-data/instance-id` */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface MetadataAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** EC2 hands out credentials for six hours and new ones well before they end (source: EC2 user guide, "IAM roles"). */
const credentialSeconds = 6 * 3600;
const renewedBeforeMilliseconds = 3600_000;
/** The longest life of a token (source: EC2 user guide, "Use IMDSv2"). */
const longestTokenSeconds = 21_600;

/** The instance metadata service, version 2 only: what an instance may know of itself, told to nobody else. */
export function createMetadataService(world: World): (request: MetadataRequest) => MetadataAnswer {
  const tokens = new Map<string, { readonly instanceId: string; readonly expiresAt: number }>();
  const credentials = new Map<string, Session>();

  function newToken(instanceId: string, headers: MetadataRequest['headers']): MetadataAnswer {
    const seconds = Number(headers['x-aws-ec2-metadata-token-ttl-seconds']);
    const isAllowed = Number.isInteger(seconds) && seconds >= 1 && seconds <= longestTokenSeconds;
    if (!isAllowed) return refusal(400);
    // A token is asked for by a program on the machine, not passed on for somebody else.
    if (headers['x-forwarded-for'] !== undefined) return refusal(403);
    const token = randomBytes(40).toString('base64');
    for (const [old, { expiresAt }] of tokens) if (expiresAt <= nowOf(world)) tokens.delete(old);
    tokens.set(token, { instanceId, expiresAt: nowOf(world) + seconds * 1000 });
    // Clients of AWS's SDKs take an answer without it for none, and ask on without a token.
    return { status: 200, body: token, headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(seconds) } };
  }

  function hasToken(instanceId: string, headers: MetadataRequest['headers']): boolean {
    const token = tokens.get(headers['x-aws-ec2-metadata-token'] ?? '');
    return token !== undefined && token.instanceId === instanceId && token.expiresAt > nowOf(world);
  }

  function credentialsOf(instanceId: string, roleArn: string): Session {
    const known = credentials.get(instanceId);
    if (known?.session.roleArn === roleArn && known.expiresAt - renewedBeforeMilliseconds > nowOf(world)) return known;
    const session = assumeRole(world, roleArn, instanceId, 'ec2.amazonaws.com');
    const issued = issueCredentials(world, session, credentialSeconds);
    credentials.set(instanceId, issued);
    return issued;
  }

  function documentAt(path: string, networkInterface: NetworkInterfaceRow): MetadataAnswer {
    const instance = instances(world).get(networkInterface.attachment?.instanceId ?? '');
    if (!instance) return refusal(404);
    const name = path.replace(/^\/latest\//, '').replace(/\/$/, '');
    if (name === 'user-data') {
      const userData = Buffer.from(instance.userData, 'base64').toString();
      return userData === '' ? refusal(404) : found(userData);
    }
    const roles = 'meta-data/iam/security-credentials';
    if (name === roles || name.startsWith(`${roles}/`)) return rolesAt(name.slice(roles.length + 1), instance);
    const values: Readonly<Record<string, string>> = {
      'ami-id': instance.imageId,
      hostname: ipName(world, networkInterface.privateIpAddress),
      'instance-id': instance.instanceId,
      'instance-type': instance.instanceType,
      'local-hostname': ipName(world, networkInterface.privateIpAddress),
      'local-ipv4': networkInterface.privateIpAddress,
      mac: networkInterface.macAddress,
      'placement/availability-zone': instance.zone,
      'placement/region': world.region,
      'services/domain': 'amazonaws.com',
      'services/partition': 'aws',
    };
    if (name === 'dynamic/instance-identity/document') return found(identityDocument(world, instance));
    const interfacesFolder = 'meta-data/network/interfaces/macs';
    if (`${name}/`.startsWith(`${interfacesFolder}/`)) {
      return interfacesAt(world, instance.instanceId, name.slice(interfacesFolder.length + 1));
    }
    const value = values[name.replace(/^meta-data\//, '')];
    return value === undefined ? refusal(404) : found(value);
  }

  function rolesAt(
    asked: string,
    {
      instanceId,
      instanceProfile,
    }: { readonly instanceId: string; readonly instanceProfile?: { readonly arn: string } | undefined },
  ): MetadataAnswer {
    const roleName = instanceProfileByArn(world, instanceProfile?.arn ?? '')?.roleName;
    const role = roleName === undefined ? undefined : roleByName(world, roleName);
    if (!role || roleName === undefined) return refusal(404);
    if (asked === '') return found(roleName);
    if (asked !== roleName) return refusal(404);
    const issued = credentialsOf(instanceId, role.arn);
    return found(
      JSON.stringify({
        Code: 'Success',
        Type: 'AWS-HMAC',
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        Token: issued.sessionToken,
        Expiration: new Date(issued.expiresAt).toISOString(),
      }),
    );
  }

  return ({ vpcId, sourceAddress, method, path, headers }) => {
    const networkInterface = interfaceAt(world, vpcId, sourceAddress);
    const instanceId = networkInterface?.attachment?.instanceId;
    if (!networkInterface || instanceId === undefined) return refusal(403);
    if (path === '/latest/api/token') return method === 'PUT' ? newToken(instanceId, headers) : refusal(405);
    if (method !== 'GET') return refusal(405);
    if (!hasToken(instanceId, headers)) return refusal(401);
    return documentAt(path, networkInterface);
  };
}

const found = (body: string): MetadataAnswer => ({ status: 200, body });
const refusal = (status: number): MetadataAnswer => ({ status, body: '' });

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

/** The instance's interfaces: a list of folders named by their addresses, and what is known of each. */
function interfacesAt(world: World, instanceId: string, path: string): MetadataAnswer {
  const attached = interfacesOfInstance(world, instanceId);
  if (path === '') return found(attached.map(({ macAddress }) => `${macAddress}/`).join('\n'));
  const [macAddress, name = ''] = path.split('/');
  const row = attached.find((each) => each.macAddress === macAddress);
  if (!row) return refusal(404);
  const values: Readonly<Record<string, string>> = {
    'device-number': String(row.attachment?.deviceIndex ?? 0),
    'interface-id': row.networkInterfaceId,
    'local-ipv4s': row.privateIpAddress,
    mac: row.macAddress,
    'owner-id': world.account,
    'security-group-ids': row.groupIds.join('\n'),
    'subnet-id': row.subnetId,
    'vpc-id': row.vpcId,
  };
  if (name === '') return found(Object.keys(values).join('\n'));
  const value = values[name];
  return value === undefined ? refusal(404) : found(value);
}

function interfaceAt(world: World, vpcId: string, address: string): NetworkInterfaceRow | undefined {
  for (const row of networkInterfaces(world).rows())
    if (row.vpcId === vpcId && row.privateIpAddress === address) return row;
  return undefined;
}
