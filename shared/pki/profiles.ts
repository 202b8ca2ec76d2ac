import { isIP } from 'node:net';
import type { AuthorityName, Blueprint, MachineRole, SlotBlueprint } from '../blueprint/blueprint.ts';
import type { AlternativeNames, KeyPurpose } from './extensions.ts';
import type { Subject } from './subject.ts';

/** Who holds a certificate; also the name of its files on a machine. */
export type ProfileName =
  | 'etcd-server'
  | 'etcd-peer'
  | 'etcd-healthcheck-client'
  | 'kube-apiserver-etcd-client'
  | 'kube-apiserver'
  | 'kube-apiserver-kubelet-client'
  | 'front-proxy-client'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'administrator'
  | 'kubelet-client'
  | 'kubelet-server'
  | 'kube-proxy';

/** What is known of a machine without asking it. */
export interface CertifiedMachine {
  readonly instanceId: string;
  readonly role: MachineRole;
  /** Undefined for workers. */
  readonly slot: SlotBlueprint | undefined;
  /** Its private address. */
  readonly address: string;
}

/** What is known of its cluster. */
export interface CertifiedCluster {
  readonly blueprint: Blueprint;
  /** DNS name of the API's load balancer. */
  readonly endpoint: string;
}

/** What a certificate says about its holder, all of it derived by us. */
export interface CertificateProfile {
  readonly authority: AuthorityName;
  readonly lifetimeDays: number;
  readonly purposes: readonly KeyPurpose[];
  readonly subject: (machine: CertifiedMachine) => Subject;
  readonly names: (machine: CertifiedMachine, cluster: CertifiedCluster) => AlternativeNames;
}

/** Leaves of masters and etcd; they are renewed at two thirds. */
const serverDays = 30;
/** Leaves of every node, workers included: there are many, and one may be stolen with its machine. */
const nodeDays = 7;
/** Kubernetes cannot revoke what may do everything: what a master's verbs act by is over soon. */
const administratorDays = 1;

const noNames = (): AlternativeNames => ({ dns: [], addresses: [] });

/** A subject that is the same on every machine. */
const named =
  (commonName: string, ...organizations: readonly string[]) =>
  (): Subject => ({ commonName, organizations });

/** A kubelet is authorised as the node of exactly this name, which is the instance id. */
const nodeSubject = (machine: CertifiedMachine): Subject => ({
  commonName: `system:node:${machine.instanceId}`,
  organizations: ['system:nodes'],
});

/** etcd's members are named after their slots. */
const memberSubject = (machine: CertifiedMachine): Subject => ({ commonName: slotOf(machine).key, organizations: [] });

/**
 * The certificates of a cluster (sources: Kubernetes' "PKI certificates and requirements"; etcd's "Transport security
 * model", by which peers check the address they talk to, and a server dials itself as a client).
 */
export const profiles: Readonly<Record<ProfileName, CertificateProfile>> = {
  'etcd-server': {
    authority: 'etcd',
    lifetimeDays: serverDays,
    purposes: ['server', 'client'],
    subject: memberSubject,
    names: memberNames,
  },
  'etcd-peer': {
    authority: 'etcd',
    lifetimeDays: serverDays,
    purposes: ['server', 'client'],
    subject: memberSubject,
    names: memberNames,
  },
  'etcd-healthcheck-client': clientOf('etcd', named('kube-etcd-healthcheck-client')),
  'kube-apiserver-etcd-client': clientOf('etcd', named('kube-apiserver-etcd-client')),
  'kube-apiserver': {
    authority: 'kubernetes',
    lifetimeDays: serverDays,
    purposes: ['server'],
    subject: named('kube-apiserver'),
    names: apiServerNames,
  },
  'kube-apiserver-kubelet-client': clientOf('kubernetes', named('kube-apiserver-kubelet-client')),
  'front-proxy-client': clientOf('front-proxy', named('front-proxy-client')),
  'kube-controller-manager': clientOf(
    'kubernetes',
    named('system:kube-controller-manager', 'system:kube-controller-manager'),
  ),
  'kube-scheduler': clientOf('kubernetes', named('system:kube-scheduler', 'system:kube-scheduler')),
  // The node script of a master: it grants the first roles, so it cannot itself depend on one.
  administrator: clientOf('kubernetes', named('kubestep:master', 'system:masters'), administratorDays),
  'kubelet-client': {
    authority: 'kubernetes',
    lifetimeDays: nodeDays,
    purposes: ['client'],
    subject: nodeSubject,
    names: noNames,
  },
  'kubelet-server': {
    authority: 'kubernetes',
    lifetimeDays: nodeDays,
    purposes: ['server'],
    subject: nodeSubject,
    names: nodeNames,
  },
  'kube-proxy': {
    ...clientOf('kubernetes', named('system:kube-proxy', 'system:node-proxier')),
    lifetimeDays: nodeDays,
  },
};

/** What every etcd member holds. */
const memberProfiles: readonly ProfileName[] = ['etcd-server', 'etcd-peer', 'etcd-healthcheck-client'];

/** What every control plane holds. */
const controlPlaneProfiles: readonly ProfileName[] = [
  'kube-apiserver',
  'kube-apiserver-etcd-client',
  'kube-apiserver-kubelet-client',
  'front-proxy-client',
  'kube-controller-manager',
  'kube-scheduler',
  'administrator',
];

/** What every machine with a kubelet holds. */
const nodeProfiles: readonly ProfileName[] = ['kubelet-client', 'kubelet-server', 'kube-proxy'];

/** Exactly the certificates that a machine may have, and needs. Dedicated etcd members are no nodes. */
export function profilesFor({ role, slot }: Pick<CertifiedMachine, 'role' | 'slot'>): readonly ProfileName[] {
  if (role === 'worker') return nodeProfiles;
  return [
    ...(slot?.runs.etcd ? memberProfiles : []),
    ...(slot?.runs.controlPlane ? [...controlPlaneProfiles, ...nodeProfiles] : []),
  ];
}

function clientOf(
  authority: AuthorityName,
  subject: CertificateProfile['subject'],
  lifetimeDays = serverDays,
): CertificateProfile {
  return { authority, lifetimeDays, purposes: ['client'], subject, names: noNames };
}

function memberNames({ address }: CertifiedMachine, { blueprint }: CertifiedCluster): AlternativeNames {
  return {
    dns: ['localhost', privateDnsName(address, blueprint.cluster.region)],
    addresses: [address, '127.0.0.1'],
  };
}

function nodeNames({ instanceId, address }: CertifiedMachine, { blueprint }: CertifiedCluster): AlternativeNames {
  return { dns: [instanceId, privateDnsName(address, blueprint.cluster.region)], addresses: [address] };
}

function apiServerNames({ address }: CertifiedMachine, { blueprint, endpoint }: CertifiedCluster): AlternativeNames {
  const { clusterDomain, serviceAddress, additionalSANs } = blueprint.kubernetes;
  return {
    dns: [
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      `kubernetes.default.svc.${clusterDomain}`,
      'localhost',
      endpoint,
      ...additionalSANs.filter((name) => isIP(name) === 0),
    ],
    addresses: [serviceAddress, address, '127.0.0.1', ...additionalSANs.filter((name) => isIP(name) !== 0)],
  };
}

/** The name that EC2's resolver gives to an address (source: EC2 user guide, "IP name"). */
function privateDnsName(address: string, region: string): string {
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return `ip-${address.replaceAll('.', '-')}.${domain}`;
}

function slotOf({ slot, instanceId }: CertifiedMachine): SlotBlueprint {
  if (slot === undefined) throw new TypeError(`${instanceId} has no slot, so it is no etcd member.`);
  return slot;
}
