import { readFileSync } from 'node:fs';
import type { ExistingVpc, Facts } from '../../../shared/facts/facts.ts';
import { parseSpec } from '../../../shared/spec/parseSpec.ts';
import { describeProblems } from '../../../shared/spec/problems.ts';
import type { ClusterSpec } from '../../../shared/spec/schema.ts';

const zones = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `us-east-1${letter}`);

/** Replaces or, with undefined, removes what is at `spec.zones` and the like. Positions are numbers: `nodeGroups.0.max`. */
export type Changes = Readonly<Record<string, unknown>>;

/** The smallest document that is a cluster, with changes. */
export function aDocument(changes: Changes = {}): Record<string, unknown> {
  const document: Record<string, unknown> = {
    apiVersion: 'kubestep/v1',
    kind: 'Cluster',
    metadata: { name: 'demo' },
    spec: {
      region: 'us-east-1',
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      kubernetesVersion: '1.36.3',
      nodeGroups: [{ name: 'workers', instanceTypes: ['m7g.large'], min: 3, max: 6 }],
    },
  };
  return changed(document, changes);
}

/** A copy of a document, with changes. */
export function changed(document: Record<string, unknown>, changes: Changes): Record<string, unknown> {
  const copy = structuredClone(document);
  for (const [path, value] of Object.entries(changes)) change(copy, path.split('.'), value);
  return copy;
}

/** A parsed spec with changes. */
export function aSpec(changes: Changes = {}): ClusterSpec {
  return parsed(aDocument(changes));
}

/** A parsed spec, or a failure that names every problem. */
export function parsed(source: unknown): ClusterSpec {
  const result = parseSpec(source);
  if ('problems' in result) throw new Error(describeProblems(result.problems));
  return result.spec;
}

/** The spec of events/createCluster.json, and of events/secondCluster.yaml. */
export function eventSpecs(): readonly ClusterSpec[] {
  const event = JSON.parse(readFileSync('events/createCluster.json', 'utf8')) as { spec: unknown };
  return [parsed(event.spec), parsed(readFileSync('events/secondCluster.yaml', 'utf8'))];
}

/** A VPC of somebody else in three zones, and more about each of its subnets. */
export const anExistingVpc = (subnet: Partial<ExistingVpc['subnets'][number]> = {}): ExistingVpc => ({
  vpcId: 'vpc-0a1b2c3d',
  cidrs: ['10.8.0.0/16'],
  resolvesNames: true,
  givesHostnames: true,
  subnets: ['a', 'b', 'c'].map((letter, index) => ({
    subnetId: `subnet-0000000${letter}`,
    zone: `us-east-1${letter}`,
    cidr: `10.8.${index}.0/24`,
    wayOut: 'translated',
    givesPublicAddresses: false,
    ...subnet,
  })),
});

/** An account in us-east-1 with room for everything. */
export function someFacts(changes: Partial<Facts> = {}): Facts {
  return {
    clusterId: 'demo-x7k2p',
    account: '123456789012',
    partition: 'aws',
    region: 'us-east-1',
    zones,
    images: {
      'al2023/arm64': 'ami-0a1',
      'al2023/amd64': 'ami-0a2',
      'ubuntu2404/arm64': 'ami-0a3',
      'ubuntu2404/amd64': 'ami-0a4',
    },
    quotas: { 'L-93826ACB': 500, 'L-0263D0A3': 5, 'L-F678F1CE': 5, 'L-69A177A2': 50, 'L-1216C47A': 100_000 },
    instanceTypeZones: offeredEverywhere(),
    existingVpc: undefined,
    deployment: {
      id: 'kubestep-dev-us-east-1',
      stage: 'dev',
      bucket: 'kubestep-dev-bucket',
      nodeApiUrl: 'https://abc123.execute-api.us-east-1.amazonaws.com',
      nodeApiId: 'abc123',
      permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/kubestep/boundary',
      nodeVerbsDocument: 'kubestep-dev-node-verbs',
      signingRoleArns: [],
      keyPolicyRoleArn: '',
      keyDeletionRoleArns: [],
    },
    ...changes,
  };
}

function offeredEverywhere(): Record<string, readonly string[]> {
  const sizes = ['medium', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge'];
  const types = ['m7g', 'm7i', 'c7g'].flatMap((family) => sizes.map((size) => `${family}.${size}`));
  return Object.fromEntries([...types, 't4g.micro', 'a1.large'].map((type) => [type, zones]));
}

function change(target: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    if (value === undefined) delete target[first];
    else target[first] = value;
    return;
  }
  target[first] ??= {};
  change(target[first] as Record<string, unknown>, rest, value);
}
