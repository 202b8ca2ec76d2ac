import type {
  AuthorityName,
  Blueprint,
  MachineBlueprint,
  NodeGroupBlueprint,
  SlotBlueprint,
} from '../blueprint/blueprint.ts';
import type { MachinePlace } from '../blueprint/machinePlace.ts';
import { type ProfileName, profiles, profilesFor } from '../pki/profiles.ts';
import type { Architecture } from '../releases/releases.ts';
import type { BundleCertificate } from './bundle.ts';

/** What the machines of a bundle are, as the blueprint has it. */
export interface MachineProfile {
  readonly machine: MachinePlace;
  readonly runs: { readonly etcd: boolean; readonly controlPlane: boolean; readonly node: boolean };
  readonly slot: SlotBlueprint | undefined;
  readonly group: NodeGroupBlueprint | undefined;
  readonly architecture: Architecture;
  readonly image: MachineBlueprint['image'];
}

/** Finds the machine in the blueprint. Masters are nodes too: pods of addons and the pod network run on them. */
export function machineProfile(blueprint: Blueprint, machine: MachinePlace): MachineProfile {
  if (machine.role === 'worker') {
    const group = found(
      blueprint.nodeGroups.find(({ name }) => name === machine.group),
      `node group ${machine.group}`,
    );
    const runs = { etcd: false, controlPlane: false, node: true };
    return { machine, runs, slot: undefined, group, ...kindOf(group.machine) };
  }
  const slot = found(
    blueprint.slots.find(({ key, role }) => key === machine.slot && role === machine.role),
    `slot ${machine.slot} for a ${machine.role}`,
  );
  return {
    machine,
    runs: { ...slot.runs, node: slot.runs.controlPlane },
    slot,
    group: undefined,
    ...kindOf(slot.machine),
  };
}

/** Where CA certificates are on every machine that needs them. */
export const authorityFile = (authority: AuthorityName): string => `/etc/kubernetes/pki/${authority}-ca.crt`;

/** etcd runs as its own user, which may read this folder only. */
const etcdFolder = '/etc/etcd/pki';

/** Where the files of a certificate are; what etcd itself reads is apart from what Kubernetes reads. */
export function certificateFile(profile: ProfileName): BundleCertificate {
  const { authority } = profiles[profile];
  const ofMember = profile.startsWith('etcd-');
  const folder = ofMember ? etcdFolder : '/etc/kubernetes/pki';
  return {
    profile,
    certificate: `${folder}/${profile}.crt`,
    key: `${folder}/${profile}.key`,
    authority: ofMember ? `${etcdFolder}/etcd-ca.crt` : authorityFile(authority),
  };
}

export const certificateFiles = ({ machine, slot }: MachineProfile): readonly BundleCertificate[] =>
  profilesFor({ role: machine.role, slot }).map(certificateFile);

const kindOf = ({ architecture, image }: MachineBlueprint) => ({ architecture, image });

function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new TypeError(`The blueprint has no ${what}.`);
  return value;
}
