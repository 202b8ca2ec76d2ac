import * as z from 'zod';
import { auditPolicy, components, oidc } from './componentsSchema.ts';
import { controlPlane, etcd, nodeGroup } from './machinesSchema.ts';
import { network } from './networkSchema.ts';
import {
  cidr,
  clusterName,
  environmentName,
  hostOrAddress,
  kubernetesVersion,
  region,
  tagKey,
  tagValue,
  timeOfDay,
  timeZone,
  zone,
} from './texts.ts';

const metadata = z.strictObject({
  name: clusterName.describe('Unique within the deployment'),
  environment: environmentName.default('production').describe('Put on everything as the tag environment'),
  tags: z.record(tagKey, tagValue).default({}).describe('Put on everything that AWS can tag'),
});

const api = z.strictObject({
  access: z
    .enum(['internal', 'public'])
    .default('internal')
    .describe('Where the load balancer of the API is reached from'),
  allowedCIDRs: z
    .array(cidr)
    .min(1, { error: 'at least one range: with none, nobody would reach the API' })
    .max(20)
    .optional()
    .describe(
      'Who may reach the API. Default for internal: the VPC. For public there is none: say who, 0.0.0.0/0 for everyone. In a VPC of yours include the addresses from which its nodes leave',
    ),
  additionalSANs: z.array(hostOrAddress).max(20).default([]).describe('Further names of the API in its certificate'),
});

const maintenanceWindow = z.strictObject({
  days: z
    .array(z.enum(['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN']))
    .min(1)
    .max(7)
    .describe('Days on which the window opens'),
  start: timeOfDay.describe('When it opens, in the time zone'),
  durationHours: z.int().min(1).max(24).default(4).describe('How long it is open'),
  timezone: timeZone.default('UTC').describe('Of the start'),
});

const backups = z.strictObject({
  intervalMinutes: z.int().min(10).max(1440).default(30).describe('Between two snapshots of etcd'),
  retentionDays: z.int().min(1).max(3650).default(30).describe('How long a snapshot is kept'),
});

const addon = z.enum(['coredns', 'aws-cloud-controller-manager', 'aws-ebs-csi-driver', 'metrics-server']);

const body = z.strictObject({
  region: region.describe('The region of the deployment'),
  zones: z.array(zone).min(1).max(7).describe('In this order; masters and etcd members are spread over them'),
  kubernetesVersion: kubernetesVersion.describe(
    'Always written out, so that a newer kubestep upgrades nothing by itself',
  ),
  image: z
    .enum(['al2023', 'ubuntu2404'])
    .default('al2023')
    .describe('The operating system of every machine: its newest image when the cluster is planned'),
  network: network.prefault({}).describe('Addresses of machines, pods and Services, and the ways between them'),
  api: api.prefault({}).describe('Who reaches the API, and under which names'),
  etcd: etcd.prefault({}).describe('Where the state of the cluster is kept'),
  controlPlane: controlPlane.prefault({}).describe('The machines of API server, scheduler and controllers'),
  nodeGroups: z.array(nodeGroup).min(1).max(100).describe('Workers, in Auto Scaling groups'),
  components: components.prefault({}).describe('Tuning of each component'),
  oidc: oidc.optional().describe('Sign-in for people by an identity provider'),
  auditPolicy: auditPolicy.optional(),
  podSecurity: z
    .enum(['privileged', 'baseline', 'restricted'])
    .default('baseline')
    .describe('What namespaces enforce unless they say otherwise; kube-system is exempt'),
  secretsEncryption: z.boolean().default(true).describe('Secrets are encrypted in etcd, under a key that KMS wraps'),
  maintenanceWindow: maintenanceWindow
    .optional()
    .describe('When scheduled upgrades may run. Default: never by themselves'),
  backups: backups.prefault({}).describe('Snapshots of etcd'),
  addons: z
    .array(addon)
    .default(['coredns', 'aws-cloud-controller-manager', 'aws-ebs-csi-driver', 'metrics-server'])
    .describe('What kubestep installs in the cluster'),
  deletionProtection: z.boolean().default(true).describe('While true, deleteCluster is refused'),
});

/** The document `cluster.yaml`. */
export const clusterSpec = z
  .strictObject({
    apiVersion: z.literal('kubestep/v1').describe('The format of this file'),
    kind: z.literal('Cluster').describe('The kind of this file'),
    metadata: metadata.describe('What the cluster is called'),
    spec: body.describe('What it consists of'),
  })
  .meta({ title: 'kubestep cluster', description: 'A self-managed Kubernetes cluster on AWS' });

/** A spec with every default filled in. */
export type ClusterSpec = z.output<typeof clusterSpec>;

/** One of a spec's node groups. */
export type NodeGroupSpec = ClusterSpec['spec']['nodeGroups'][number];
