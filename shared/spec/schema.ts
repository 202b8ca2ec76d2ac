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
  name: clusterName.describe('Name of the cluster, unique within the deployment. Resources, tags and requests use it'),
  environment: environmentName
    .default('production')
    .describe('Value of the tag environment on everything that the cluster creates in AWS'),
  tags: z
    .record(tagKey, tagValue)
    .default({})
    .describe(
      'Your tags for everything that the cluster creates in AWS, such as a cost centre; keys must differ by more than case',
    ),
});

const api = z.strictObject({
  access: z
    .enum(['internal', 'public'])
    .default('internal')
    .describe(
      'internal: the load balancer of the API has private addresses only. public: it has addresses on the internet, for allowedCIDRs alone',
    ),
  allowedCIDRs: z
    .array(cidr)
    .min(1, { error: 'at least one range: with none, nobody would reach the API' })
    .max(20)
    .optional()
    .describe(
      'Ranges that may reach the API. Default for internal access: the VPC. Public access has no default: list them, or 0.0.0.0/0 for everyone. In an existing VPC, include the addresses from which its nodes reach the internet',
    ),
  additionalSANs: z
    .array(hostOrAddress)
    .max(20)
    .default([])
    .describe(
      'Additional DNS names or addresses in the certificate of the API, for clients that reach it under another name',
    ),
});

const maintenanceWindow = z.strictObject({
  days: z
    .array(z.enum(['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN']))
    .min(1)
    .max(7)
    .describe('Days on which the window opens, in its time zone'),
  start: timeOfDay.describe('Time at which the window opens, hours and minutes in its time zone'),
  durationHours: z.int().min(1).max(24).default(4).describe('Length of the window in hours'),
  timezone: timeZone.default('UTC').describe('IANA time zone of days and start'),
});

const backups = z.strictObject({
  intervalMinutes: z
    .int()
    .min(10)
    .max(1440)
    .default(30)
    .describe('Minutes between two snapshots of etcd. No workflow takes snapshots yet'),
  retentionDays: z
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe('Days for which a snapshot is kept. No workflow takes snapshots yet'),
});

const addon = z.enum(['coredns', 'aws-cloud-controller-manager', 'aws-ebs-csi-driver', 'metrics-server']);

const body = z.strictObject({
  region: region.describe('AWS region of the cluster; it must be the region of the deployment'),
  zones: z
    .array(zone)
    .min(1)
    .max(7)
    .describe(
      'Availability zones, in order: masters and etcd members are spread over them. Three survive the loss of one; each costs a NAT gateway unless natGateways is single',
    ),
  kubernetesVersion: kubernetesVersion.describe(
    'Exact version of Kubernetes, in quotes. It has no default, so a newer kubestep upgrades nothing by itself',
  ),
  image: z
    .enum(['al2023', 'ubuntu2404'])
    .default('al2023')
    .describe(
      'Operating system of every machine: Amazon Linux 2023 or Ubuntu 24.04, in the newest image when the cluster is planned',
    ),
  network: network.prefault({}).describe('VPC, pod network, address ranges, and routes to AWS and the internet'),
  api: api.prefault({}).describe('Who can reach the Kubernetes API, and under which names'),
  etcd: etcd.prefault({}).describe('Members and volumes of etcd, which stores the state of the cluster'),
  controlPlane: controlPlane.prefault({}).describe('Masters: machines of API server, scheduler and controller manager'),
  nodeGroups: z.array(nodeGroup).min(1).max(100).describe('Groups of workers, each an Auto Scaling group'),
  components: components.prefault({}).describe('Additional flags of the Kubernetes components and etcd'),
  oidc: oidc
    .optional()
    .describe(
      'OpenID Connect provider whose users can sign in to the API. Default: none; kubestep get kubeconfig issues certificates in any case',
    ),
  auditPolicy: auditPolicy.optional(),
  podSecurity: z
    .enum(['privileged', 'baseline', 'restricted'])
    .default('baseline')
    .describe(
      'Pod Security Standard that namespaces enforce unless their own labels set another; kube-system is exempt',
    ),
  secretsEncryption: z
    .boolean()
    .default(true)
    .describe('Whether Secrets are encrypted in etcd, with a key that is wrapped by the cluster’s own KMS key'),
  maintenanceWindow: maintenanceWindow
    .optional()
    .describe('When scheduled upgrades may run. Default: never. No workflow upgrades clusters yet'),
  backups: backups
    .prefault({})
    .describe(
      'Snapshots of etcd in the deployment’s bucket. They are taken by kubestep backup; nothing acts on this schedule yet',
    ),
  addons: z
    .array(addon)
    .default(['coredns', 'aws-cloud-controller-manager', 'aws-ebs-csi-driver', 'metrics-server'])
    .describe(
      'Addons that kubestep installs. Without coredns, Services have no DNS names; without aws-cloud-controller-manager, Services get no load balancers',
    ),
  deletionProtection: z.boolean().default(true).describe('Whether deletion of the cluster is refused'),
});

/** The document `cluster.yaml`. */
export const clusterSpec = z
  .strictObject({
    apiVersion: z.literal('kubestep/v1').describe('Format of this file'),
    kind: z.literal('Cluster').describe('Kind of this file'),
    metadata: metadata.describe('Name and tags of the cluster'),
    spec: body.describe('Everything that the cluster consists of'),
  })
  .meta({ title: 'kubestep cluster', description: 'A self-managed Kubernetes cluster on AWS' });

/** A spec with every default filled in. */
export type ClusterSpec = z.output<typeof clusterSpec>;

/** One of a spec's node groups. */
export type NodeGroupSpec = ClusterSpec['spec']['nodeGroups'][number];
