import { randomBytes } from 'node:crypto';
import { instances } from '../../cloud/ec2/instances.ts';
import { type NetworkInterfaceRow, networkInterfaces } from '../../cloud/ec2/networkInterfaces.ts';
import { assumeRole } from '../../cloud/iam/assumeRole.ts';
import { instanceProfileByArn } from '../../cloud/iam/instanceProfiles.ts';
import { roleByName } from '../../cloud/iam/roles.ts';
import { issueCredentials, type Session } from '../../cloud/sts/sessions.ts';
import { nowOf, type World } from '../../cloud/world.ts';
import { type Folder, isFolder, listOf, metadataTree, readValue, type Value } from './metadataTree.ts';

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

/**
 * What paths begin with. Programs ask for the version that they were written for, cloud-init among them, and each holds the same
 * here (source: EC2 user guide, "Access instance metadata for an EC2 instance", "Get the available versions of the instance metadata").
 */
const versions: readonly string[] = [
  ...['1.0', '2007-01-19', '2007-03-01', '2007-08-29', '2007-10-10', '2007-12-15', '2008-02-01', '2008-09-01'],
  ...['2009-04-04', '2011-01-01', '2011-05-01', '2012-01-12', '2014-02-25', '2014-11-05', '2015-10-20', '2016-04-19'],
  ...['2016-06-30', '2016-09-02', '2018-03-28', '2018-08-17', '2018-09-24', '2019-10-01', '2020-10-27', '2021-01-03'],
  ...['2021-03-23', 'latest'],
];

/** The instance metadata service, version 2 only: what an instance may know of itself, for nobody else. */
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

  function treeOf(networkInterface: NetworkInterfaceRow): Folder | undefined {
    const instance = instances(world).get(networkInterface.attachment?.instanceId ?? '');
    if (!instance) return undefined;
    const roleName = instanceProfileByArn(world, instance.instanceProfile?.arn ?? '')?.roleName;
    const role = roleName === undefined ? undefined : roleByName(world, roleName);
    if (roleName === undefined || !role) return metadataTree(world, { instance, networkInterface });
    const credentials = () => credentialsOf(instance.instanceId, role.arn);
    return metadataTree(world, { instance, networkInterface, role: { name: roleName, credentials } });
  }

  return ({ vpcId, sourceAddress, method, path, headers }) => {
    const networkInterface = interfaceAt(world, vpcId, sourceAddress);
    const instanceId = networkInterface?.attachment?.instanceId;
    if (!networkInterface || instanceId === undefined) return refusal(403);
    if (path === '/latest/api/token') return method === 'PUT' ? newToken(instanceId, headers) : refusal(405);
    if (method !== 'GET') return refusal(405);
    if (!hasToken(instanceId, headers)) return refusal(401);
    return documentAt(path, treeOf(networkInterface));
  };
}

const found = (body: string): MetadataAnswer => ({ status: 200, body });
const refusal = (status: number): MetadataAnswer => ({ status, body: '' });

/** What is at a path: a value, or the list of a folder, whether or not the path ends as folders do. */
function documentAt(path: string, tree: Folder | undefined): MetadataAnswer {
  const [version = '', ...names] = path.split('/').filter(Boolean);
  if (version === '') return found(versions.join('\n'));
  if (!versions.includes(version)) return refusal(404);
  let place: Folder | Value | undefined = tree;
  for (const name of names) {
    if (place === undefined || !isFolder(place) || !Object.hasOwn(place, name)) return refusal(404);
    place = place[name];
  }
  if (place === undefined) return refusal(404);
  return found(isFolder(place) ? listOf(place) : readValue(place));
}

function interfaceAt(world: World, vpcId: string, address: string): NetworkInterfaceRow | undefined {
  for (const row of networkInterfaces(world).rows())
    if (row.vpcId === vpcId && row.privateIpAddress === address) return row;
  return undefined;
}
