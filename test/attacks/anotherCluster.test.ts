import { createHash } from 'node:crypto';
import { groups } from '../../local/cloud/autoScaling/groups.ts';
import { instances } from '../../local/cloud/ec2/instances.ts';
import { securityGroups } from '../../local/cloud/ec2/securityGroups.ts';
import { tagsOf } from '../../local/cloud/ec2/tags.ts';
import { volumes } from '../../local/cloud/ec2/volumes.ts';
import { loadBalancers } from '../../local/cloud/elasticLoadBalancing/loadBalancers.ts';
import { existingKeys } from '../../local/cloud/kms/keys.ts';
import type { RoleSession } from '../../local/cloud/principal.ts';
import { keysWith } from '../../local/cloud/s3/objects.ts';
import { callAws } from '../support/plants.ts';
import { attempt, denied, everything, machineSession, policy, theRole } from './attackers.ts';
import { storedItems } from './storedItems.ts';
import { type TwoClusters, twoClusters } from './twoClusters.ts';

jest.setTimeout(120_000);

const Bucket = 'kubestep-dev-123456789012-us-east-1';

let two: TwoClusters;
beforeEach(async () => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  two = await twoClusters();
});

const master = (cluster: string): RoleSession =>
  machineSession(two.account, new RegExp(`^${cluster}-.*-master$`), 'i-0123456789abcdef0');

const ofCluster = (cluster: string, ids: Iterable<string>): string => {
  const id = [...ids].find((each) => tagsOf(two.account.world, each)['kubestep/cluster'] === cluster);
  if (id === undefined) throw new Error(`nothing of ${cluster}`);
  return id;
};

/** What a master might want to do to a cluster's resources. */
async function attacksOn(cluster: string): Promise<[string, Record<string, unknown>][]> {
  const { world } = two.account;
  const VolumeId = ofCluster(
    cluster,
    [...volumes(world).rows()].map((row) => row.volumeId),
  );
  const InstanceId = ofCluster(
    cluster,
    [...instances(world).rows()].map((row) => row.instanceId),
  );
  const GroupId = ofCluster(
    cluster,
    [...securityGroups(world).rows()].map((row) => row.groupId),
  );
  const LoadBalancerArn = [...loadBalancers(world).rows()].find(({ name }) => name.startsWith(cluster))?.arn;
  const [bundleKey = ''] = keysWith(world, Bucket, `clusters/${cluster}/bundles/master/`)[0] ?? [];
  const secrets = [...existingKeys(world)].find(
    ({ tags }) => tags['kubestep/cluster'] === cluster && tags['kubestep/resource'] === 'key/secrets',
  );
  const wrapped = (await storedItems(two.account, `authorities#${cluster}`)).find(({ sk }) => sk === 'service-account');
  return [
    ['s3:GetObject', { Bucket, Key: bundleKey }],
    [
      'kms:Decrypt',
      {
        KeyId: secrets?.arn,
        CiphertextBlob: Buffer.from(String(wrapped?.ciphertext), 'base64'),
        EncryptionContext: { clusterId: cluster, purpose: 'service-account' },
      },
    ],
    ['ec2:DeleteVolume', { VolumeId }],
    ['ec2:DetachVolume', { VolumeId }],
    ['ec2:AttachVolume', { VolumeId, InstanceId, Device: '/dev/sdz' }],
    ['ec2:ModifyVolume', { VolumeId, Size: 100 }],
    ['ec2:DeleteSecurityGroup', { GroupId }],
    [
      'ec2:AuthorizeSecurityGroupIngress',
      { GroupId, IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] },
    ],
    ['ec2:TerminateInstances', { InstanceIds: [InstanceId] }],
    ['ec2:CreateTags', { Resources: [InstanceId], Tags: [{ Key: 'kubestep/cluster', Value: 'mine' }] }],
    ['elasticloadbalancing:DeleteLoadBalancer', { LoadBalancerArn }],
    [
      'ssm:SendCommand',
      { DocumentName: 'AWS-RunShellScript', InstanceIds: [InstanceId], Parameters: { commands: ['id'] } },
    ],
  ];
}

/** What no machine may do to anything. */
const attacksOnTheDeployment = (): [string, Record<string, unknown>][] => [
  ['s3:ListObjectsV2', { Bucket }],
  ['s3:PutObject', { Bucket, Key: 'assets/sha256/x', Body: 'x' }],
  ['s3:DeleteObject', { Bucket, Key: 'assets/sha256/x' }],
  ['dynamodb:GetItem', { TableName: 'kubestep-dev', Key: { pk: { S: 'clusters' }, sk: { S: 'demo' } } }],
  ['dynamodb:PutItem', { TableName: 'kubestep-dev', Item: { pk: { S: 'clusters' }, sk: { S: 'demo' } } }],
  ['iam:CreateRole', { RoleName: 'mine', AssumeRolePolicyDocument: policy(everything) }],
  ['lambda:Invoke', { FunctionName: 'kubestep-dev-deleteKeys', Payload: Buffer.from('{}') }],
  [
    'autoscaling:SetDesiredCapacity',
    { AutoScalingGroupName: [...groups(two.account.world).rows()][0]?.name, DesiredCapacity: 0 },
  ],
];

async function allowedOf(
  session: RoleSession,
  attacks: readonly [string, Record<string, unknown>][],
): Promise<string[]> {
  const allowed: string[] = [];
  for (const [operation, input] of attacks) {
    const answer = await attempt(two.account, session, operation, input);
    if (!denied.includes(answer)) allowed.push(`${operation}: ${answer}`);
  }
  return allowed;
}

test('a master of one cluster is denied everything on the other’s resources', async () => {
  expect(await allowedOf(master(two.own), await attacksOn(two.other))).toEqual([]);
});

test('a master reads its own bundle and unwraps its own key: the attacks fail for whose they are', async () => {
  const [read, unwrap] = await attacksOn(two.own);
  if (!read || !unwrap) throw new Error('no attacks');
  expect(await attempt(two.account, master(two.own), ...read)).toBe('allowed');
  expect(await attempt(two.account, master(two.own), ...unwrap)).toBe('allowed');
});

test('a machine cannot list, write or delete in the bucket, nor reach the store, roles and functions', async () => {
  expect(await allowedOf(master(two.own), attacksOnTheDeployment())).toEqual([]);
});

test('a master whose role was given everything is still held by the boundary', async () => {
  const { roleName } = theRole(two.account, new RegExp(`^${two.own}-.*-master$`));
  await callAws(two.account, 'iam:PutRolePolicy', {
    RoleName: roleName,
    PolicyName: 'all',
    PolicyDocument: policy(everything),
  });
  await two.account.clock.advance({ minutes: 1 });
  expect(await allowedOf(master(two.own), await attacksOn(two.other))).toEqual([]);
  expect(await allowedOf(master(two.own), attacksOnTheDeployment())).toEqual([]);
  const onItsOwn = await allowedOf(master(two.own), await attacksOn(two.own));
  expect(onItsOwn).toContain('ec2:ModifyVolume: allowed');
});

test('a bundle of the other cluster is refused by the Node API too', async () => {
  const { world } = two.account;
  const [key = ''] = keysWith(world, Bucket, `clusters/${two.other}/bundles/master/`)[0] ?? [];
  const slot = (await storedItems(two.account, `slots#${two.own}`))[0];
  const principal = machineSession(two.account, new RegExp(`^${two.own}-.*-master$`), String(slot?.instanceId));
  const sha256 = /[0-9a-f]{64}/.exec(key)?.[0] ?? createHash('sha256').digest('hex');
  const { status } = await two.account.until(
    two.account.request({ principal, method: 'GET', path: '/node/bundle', query: { sha256 } }),
  );
  expect(status).toBe(403);
});

/** Load balancers that are not the cluster's: a Service's of the other cluster, and somebody's own. */
async function foreignBalancers(): Promise<string[]> {
  const api = [...loadBalancers(two.account.world).rows()].find(({ name }) => name.startsWith(two.other.slice(0, 8)));
  if (!api) throw new Error('no balancer');
  const owners = [{ [`kubernetes.io/cluster/${two.other}`]: 'owned' }, { team: 'billing' }];
  const arns: string[] = [];
  for (const [index, tags] of owners.entries()) {
    const { LoadBalancers } = await callAws<{ LoadBalancers: { LoadBalancerArn: string }[] }>(
      two.account,
      'elasticloadbalancing:CreateLoadBalancer',
      {
        Name: `foreign-${index}`,
        Type: 'network',
        Scheme: 'internal',
        Subnets: api.nodes.map(({ subnetId }) => subnetId),
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      },
    );
    arns.push(LoadBalancers[0]?.LoadBalancerArn ?? '');
  }
  return arns;
}

test('a master takes over no load balancer by tagging it as its own', async () => {
  const key = `kubernetes.io/cluster/${two.own}`;
  const attacks = (await foreignBalancers()).flatMap((arn): [string, Record<string, unknown>][] => [
    ...[key, key.toUpperCase().replace(two.own.toUpperCase(), two.own), 'kubestep/cluster'].map(
      (Key): [string, Record<string, unknown>] => [
        'elasticloadbalancing:AddTags',
        { ResourceArns: [arn], Tags: [{ Key, Value: Key === 'kubestep/cluster' ? two.own : 'owned' }] },
      ],
    ),
    ['elasticloadbalancing:DeleteLoadBalancer', { LoadBalancerArn: arn }],
  ]);
  expect(await allowedOf(master(two.own), attacks)).toEqual([]);
});

test('a master makes no volume that looks like kubestep’s', async () => {
  const attacks = ['kubestep/cluster', 'kubestep/deployment', 'KUBESTEP/resource'].map(
    (Key): [string, Record<string, unknown>] => [
      'ec2:CreateVolume',
      {
        AvailabilityZone: 'us-east-1a',
        Size: 20,
        VolumeType: 'gp3',
        TagSpecifications: [
          {
            ResourceType: 'volume',
            Tags: [
              { Key: `kubernetes.io/cluster/${two.own}`, Value: 'owned' },
              { Key, Value: two.other },
            ],
          },
        ],
      },
    ],
  );
  expect(await allowedOf(master(two.own), attacks)).toEqual([]);
});
