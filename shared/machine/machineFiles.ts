import { idFor } from '../aws/ids.ts';
import type { BundleFile, BundleHead, BundleInput } from './bundle.ts';
import { readable } from './bundleFile.ts';
import { type Component, components, fileOfComponent } from './components.ts';
import link from './files/99-default.link';
import renewService from './files/kubestep-renew.service';
import renewTimer from './files/kubestep-renew.timer';
import logind from './files/logind.conf';
import metadataGuard from './files/metadata-guard.nft';
import modules from './files/modules-load.conf';
import networkd from './files/networkd.conf';
import sysctl from './files/sysctl.conf';
import type { MachineProfile } from './machineProfile.ts';
import { nodeScript } from './script/nodeScript.ts';

/** What every machine has: kernel and network settings, the node script, and the tables that it reads. */
export function machineFiles(input: BundleInput, profile: MachineProfile, head: BundleHead): readonly BundleFile[] {
  return [
    readable('/etc/modules-load.d/kubestep.conf', modules),
    readable('/etc/sysctl.d/99-kubestep.conf', sysctl),
    readable('/etc/systemd/networkd.conf.d/kubestep.conf', networkd),
    readable('/etc/systemd/network/99-default.link', link),
    readable('/etc/systemd/logind.conf.d/zz-kubestep.conf', logind),
    readable('/etc/systemd/system/kubestep-renew.service', renewService),
    readable('/etc/systemd/system/kubestep-renew.timer', renewTimer),
    ...(profile.machine.role === 'worker' ? [readable('/etc/kubestep/metadata-guard.nft', metadataGuard)] : []),
    ...nodeScript,
    readable('/etc/kubestep/settings', settings(input, profile, head)),
    ...components.flatMap((component) => assetTable(component, head)),
    ...table(
      '/etc/kubestep/certificates',
      head.certificates.map(({ profile: name, certificate, key }) => [name, certificate, key]),
    ),
    ...table(
      '/etc/kubestep/wrapped-keys',
      head.wrappedKeys.map(({ purpose, keyArn, ciphertext }) => [purpose, keyArn, ciphertext]),
    ),
  ];
}

/** The programs of a component. The table is the component's own, so a new program changes nothing else. */
const assetTable = (component: Component, { assets }: BundleHead): readonly BundleFile[] =>
  table(
    fileOfComponent(component, 'assets'),
    assets.filter((asset) => asset.component === component).map(({ name, form, sha256 }) => [name, form, sha256]),
  );

/** One `NAME=value` a line. The script looks lines up and never runs them, so no value can be a command. */
function settings(
  { blueprint, volumeIds }: BundleInput,
  { machine, runs, slot, image }: MachineProfile,
  { cluster }: BundleHead,
): string {
  const values = {
    API_SERVER: cluster.apiServer,
    BUCKET: cluster.bucket,
    CLUSTER_ID: cluster.id,
    ENDPOINT: `https://${cluster.endpoint}:${blueprint.loadBalancer.listenerPort}`,
    IMAGE: image,
    MACHINE: machine.role === 'worker' ? machine.group : machine.slot,
    MEMBERS: blueprint.slots
      .filter((member) => member.runs.etcd)
      .map(({ address }) => `https://${address}:2379`)
      .join(','),
    NODE_API: cluster.nodeApiUrl,
    REGION: cluster.region,
    ROLE: machine.role,
    RUNS: [runs.etcd && 'etcd', runs.controlPlane && 'control-plane', runs.node && 'node'].filter(Boolean).join(' '),
    ...(slot && runs.etcd && { VOLUME_ID: idFor(volumeIds, slot.key, 'volume') }),
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Rows of words, for `while read`; no file where there are none. */
const table = (path: string, rows: readonly (readonly string[])[]): readonly BundleFile[] =>
  rows.length === 0 ? [] : [readable(path, rows.map((row) => `${row.join(' ')}\n`).join(''))];
