import type { Facts } from '../facts/facts.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import type { MachineRole, PolicyStatement, RoleBlueprint } from './blueprint.ts';
import { cloudControllerStatements } from './cloudControllerStatements.ts';
import { wrappedKeyPurposes } from './keys.ts';
import { bundlePrefix } from './machinePlace.ts';
import { CLUSTER_TAG, kubestepTagKeys } from './tags.ts';
import { volumeDriverStatements } from './volumeDriverStatements.ts';

/** The roles of the cluster's machines, each with exactly what its machine calls. */
export function roleBlueprints(spec: ClusterSpec, facts: Facts): readonly RoleBlueprint[] {
  const { addons, etcd, network } = spec.spec;
  // Where the VPC itself routes pods, nodes ask for their range.
  const isRouted = (key: MachineRole) => network.plugin === 'routed' && key !== 'etcd';
  const routesOf = (key: MachineRole) => [...nodeApiRoutes, ...(isRouted(key) ? ['POST/node/pod-range'] : [])];
  const role = (key: MachineRole, statements: readonly PolicyStatement[]): RoleBlueprint => ({
    key,
    name: `${facts.clusterId}-${facts.region}-${key}`,
    path: `/kubestep/${facts.deployment.id}/`,
    statements: [...nodeApiStatements(facts, routesOf(key)), ...objectStatements(facts, key), ...statements],
  });
  const master = role('master', [
    ...(etcd.placement === 'stacked' ? [askForEtcd(facts)] : []),
    unwrapKeys(facts),
    ...remoteVerbs,
    ...pullImages(facts),
    ...(addons.includes('aws-cloud-controller-manager') ? cloudControllerStatements(facts) : []),
    ...(addons.includes('aws-ebs-csi-driver') ? volumeDriverStatements(facts) : []),
    neverWriteOurTags,
  ]);
  const worker = role('worker', pullImages(facts));
  if (etcd.placement === 'stacked') return [master, worker];
  return [master, role('etcd', [askForEtcd(facts), ...remoteVerbs, ...pullImages(facts)]), worker];
}

const nodeApiRoutes = ['GET/node/bundle', 'POST/node/certificates', 'POST/node/report'];

/** Identity is proved there by the role and the instance id in the session's name; nothing else is said here. */
function nodeApiStatements(
  { partition, region, account, deployment }: Facts,
  routes: readonly string[],
): readonly PolicyStatement[] {
  const route = (methodAndPath: string) =>
    `arn:${partition}:execute-api:${region}:${account}:${deployment.nodeApiId}/$default/${methodAndPath}`;
  return [
    {
      Sid: 'NodeApi',
      Effect: 'Allow',
      Action: ['execute-api:Invoke'],
      Resource: routes.map(route),
    },
  ];
}

/** Machines that run etcd ask how it may start on an empty disk, and where a backup's snapshot goes. */
function askForEtcd({ partition, region, account, deployment }: Facts): PolicyStatement {
  const api = `arn:${partition}:execute-api:${region}:${account}:${deployment.nodeApiId}/$default`;
  return {
    Sid: 'AskForEtcd',
    Effect: 'Allow',
    Action: ['execute-api:Invoke'],
    Resource: ['GET/node/etcd', 'POST/node/snapshot'].map((route) => `${api}/${route}`),
  };
}

/** Pinned files, and the bundles of machines of the same role. Nothing can be listed, written or deleted. */
function objectStatements({ partition, clusterId, deployment }: Facts, role: MachineRole): readonly PolicyStatement[] {
  const objects = `arn:${partition}:s3:::${deployment.bucket}`;
  return [
    {
      Sid: 'AssetsAndOwnBundles',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: [`${objects}/assets/*`, `${objects}/${bundlePrefix(clusterId, role)}*`],
    },
  ];
}

/** The key is made after the plan, so it is named by its tag; the context ties each ciphertext to its cluster and use. */
function unwrapKeys({ partition, region, account, clusterId }: Facts): PolicyStatement {
  return {
    Sid: 'UnwrapOwnKeys',
    Effect: 'Allow',
    Action: ['kms:Decrypt'],
    Resource: [`arn:${partition}:kms:${region}:${account}:key/*`],
    Condition: {
      StringEquals: {
        [`aws:ResourceTag/${CLUSTER_TAG}`]: clusterId,
        'kms:EncryptionContext:clusterId': clusterId,
        'kms:EncryptionContext:purpose': wrappedKeyPurposes,
      },
    },
  };
}

/** Our tags say what a thing is for; a machine that could write them would say it of its own things, and of others'. */
const neverWriteOurTags: PolicyStatement = {
  Sid: 'NeverWriteOurTags',
  Effect: 'Deny',
  Action: ['ec2:CreateTags', 'elasticloadbalancing:AddTags'],
  Resource: ['*'],
  // IAM compares the key of a tag without its case, so the refusal does too.
  Condition: { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': kubestepTagKeys } },
};

/** What the SSM agent needs for Run Command, without Parameter Store. Its actions know no resources. */
const remoteVerbs: readonly PolicyStatement[] = [
  {
    Sid: 'RemoteVerbs',
    Effect: 'Allow',
    Action: [
      'ssm:UpdateInstanceInformation',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ],
    Resource: ['*'],
  },
];

function pullImages({ partition, account }: Facts): readonly PolicyStatement[] {
  return [
    { Sid: 'RegistryLogin', Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
    {
      Sid: 'PullImages',
      Effect: 'Allow',
      Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Resource: [`arn:${partition}:ecr:*:${account}:repository/*`],
    },
  ];
}
