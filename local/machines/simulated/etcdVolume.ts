import type { Bundle } from '../../../shared/machine/bundle.ts';
import { attachmentOf, attachmentState, volumes } from '../../cloud/ec2/volumes.ts';
import type { World } from '../../cloud/world.ts';
import { etcdDisks, type MachineRow } from './machineRows.ts';
import { askForEtcd, bundleOf, Failed, type MachineContext, NotYet } from './nodeApi.ts';
import { fileOf } from './unitFlags.ts';

/** The slot's own volume is attached, and holds the slot's data or may begin without any. */
export async function requireEtcdData(context: MachineContext): Promise<void> {
  const { world } = context.cloud;
  const bundle = bundleOf(context);
  const volumeId = setting(bundle, 'VOLUME_ID');
  if (!isAttached(world, context.machine, volumeId)) throw new NotYet(`its data volume ${volumeId} is not attached`);

  const owner = `${setting(bundle, 'CLUSTER_ID')} ${setting(bundle, 'MACHINE')}`;
  const marked = etcdDisks(world).get(volumeId)?.owner;
  if (marked === owner) return;
  if (marked !== undefined) throw new Failed(`the data of ${volumeId} is not marked as that of ${owner}`);
  if ((await askForEtcd(context)) === 'refuse')
    throw new Failed(`EtcdVolumeEmpty: ${volumeId} holds no data, and etcd of this cluster was bootstrapped before`);
  etcdDisks(world).put(volumeId, { volumeId, owner });
}

function isAttached(world: World, { instanceId }: MachineRow, volumeId: string): boolean {
  const volume = volumes(world).get(volumeId);
  const attachment = volume && attachmentOf(world, volume);
  return attachment?.instanceId === instanceId && attachmentState(world, attachment) === 'attached';
}

/** A line of /etc/kubestep/settings, looked up as the node script does. */
function setting(bundle: Bundle, name: string): string {
  const [, value] = new RegExp(`^${name}=(.*)$`, 'm').exec(fileOf(bundle, '/etc/kubestep/settings')) ?? [];
  if (value === undefined || value === '') throw new Error(`the bundle's settings have no ${name}`);
  return value;
}
