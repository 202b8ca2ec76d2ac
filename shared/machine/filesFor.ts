import type { Bundle, BundleFile, BundleInput } from './bundle.ts';
import { controlPlaneFiles } from './controlPlaneFiles.ts';
import { etcdFiles } from './etcdFiles.ts';
import { machineFiles } from './machineFiles.ts';
import type { MachineProfile } from './machineProfile.ts';
import { nodeFiles } from './nodeFiles.ts';

/** The part of a bundle that comes before its files. */
export type BundleHead = Omit<Bundle, 'files'>;

/** Every file of a machine, by what it runs. */
export function filesFor(input: BundleInput, profile: MachineProfile, head: BundleHead): readonly BundleFile[] {
  return [
    ...machineFiles(input, profile, head),
    ...(profile.runs.etcd ? etcdFiles(input, profile) : []),
    ...(profile.runs.controlPlane ? controlPlaneFiles(input, profile, head) : []),
    ...(profile.runs.node ? nodeFiles(input, profile, head) : []),
  ];
}

/** A file that anyone on the machine may read. Nothing in a bundle is secret, but some things are nobody's business. */
export const readable = (path: string, content: string): BundleFile => ({ path, mode: '0644', content });

/** A file for root alone, as the CIS benchmark wants the components' configuration. */
export const forRoot = (path: string, content: string): BundleFile => ({ path, mode: '0600', content });
