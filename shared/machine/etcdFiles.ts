import type { Blueprint } from '../blueprint/blueprint.ts';
import type { BundleFile, BundleInput } from './bundle.ts';
import { forRoot, readable } from './bundleFile.ts';
import { unitFile } from './components.ts';
import confinement from './files/confinement.conf';
import etcdService from './files/etcd.service';
import type { MachineProfile } from './machineProfile.ts';
import { fill, flagLines, lines } from './template.ts';

/** What an etcd member needs: its unit, and the CA that it knows its peers and clients by. */
export function etcdFiles({ blueprint, authorities }: BundleInput, { slot }: MachineProfile): readonly BundleFile[] {
  if (slot === undefined) throw new TypeError('Only the machine of a slot is an etcd member.');
  const unit = fill(etcdService, {
    NAME: slot.key,
    ADDRESS: slot.address,
    INITIAL_CLUSTER: members(blueprint)
      .map(({ key, address }) => `${key}=https://${address}:2380`)
      .join(','),
    CONFINEMENT: lines(confinement),
    TOKEN: blueprint.cluster.id,
    EXTRA_ARGUMENTS: flagLines(blueprint.kubernetes.extraArguments.etcd),
  });
  return [forRoot(unitFile('etcd'), unit), readable('/etc/etcd/pki/etcd-ca.crt', authorities.etcd)];
}

/** Where the members answer clients: the machine's own first, which is the nearest. */
export function etcdEndpoints(blueprint: Blueprint, ownAddress: string): readonly string[] {
  const addresses = members(blueprint).map(({ address }) => address);
  const own = addresses.filter((address) => address === ownAddress);
  return [...own, ...addresses.filter((address) => address !== ownAddress)].map((address) => `https://${address}:2379`);
}

const members = ({ slots }: Blueprint) => slots.filter(({ runs }) => runs.etcd);
