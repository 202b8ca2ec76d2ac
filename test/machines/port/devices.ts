import type { AttachNetworkInterfaceResult, CreateNetworkInterfaceResult } from '@aws-sdk/client-ec2';
import { interfacesOfInstance } from '../../../local/cloud/ec2/networkInterfaces.ts';
import { attachmentOf, attachmentState, volumes } from '../../../local/cloud/ec2/volumes.ts';
import type { World } from '../../../local/cloud/world.ts';
import type { MachinesHarness } from './harness.ts';

/** EC2 of the machines' world. */
export interface Ec2 {
  readonly world: World;
  /** As the account's administrator: `AttachVolume` of EC2, or `service:Operation`. */
  call<Output = object>(operation: string, input: object): Promise<Output>;
  becomes: MachinesHarness['becomes'];
}

export const dataDevice = '/dev/xvdf';

/** Volumes and interfaces come to machines and go from them as their owners ask EC2. */
export function devicesOf({
  world,
  call,
  becomes,
}: Ec2): Pick<MachinesHarness, 'attachVolume' | 'detachVolume' | 'attachInterface' | 'detachInterface'> {
  const stateOf = (volumeId: string) => {
    const row = volumes(world).get(volumeId);
    const attachment = row && attachmentOf(world, row);
    return attachment && attachmentState(world, attachment);
  };
  const secondOf = (instanceId: string) => interfacesOfInstance(world, instanceId)[1];

  return {
    async attachVolume({ instance: { instanceId: InstanceId }, volumeId: VolumeId }) {
      await call('AttachVolume', { InstanceId, VolumeId, Device: dataDevice });
      await becomes('the volume is attached', () => stateOf(VolumeId) === 'attached');
    },
    async detachVolume({ volumeId: VolumeId }) {
      await call('DetachVolume', { VolumeId });
      await becomes('the volume is detached', () => volumes(world).get(VolumeId)?.attachment === undefined);
    },
    async attachInterface({ instance: { instanceId: InstanceId }, overHttp, secondSubnetId: SubnetId }) {
      const Groups = interfacesOfInstance(world, InstanceId)[0]?.groupIds;
      const created = await call<CreateNetworkInterfaceResult>('CreateNetworkInterface', { SubnetId, Groups });
      const { NetworkInterfaceId = '', PrivateIpAddress: address = '' } = created.NetworkInterface ?? {};
      const second = { NetworkInterfaceId, InstanceId, DeviceIndex: 1 };
      await call<AttachNetworkInterfaceResult>('AttachNetworkInterface', second);
      await becomes(
        'the interface is attached',
        () => (secondOf(InstanceId)?.attachment?.attachedAt ?? 1 / 0) <= world.clock.now(),
      );
      return { ...overHttp, address };
    },
    async detachInterface({ instance: { instanceId } }) {
      await call('DetachNetworkInterface', { AttachmentId: secondOf(instanceId)?.attachment?.attachmentId });
      await becomes('the interface is detached', () => secondOf(instanceId) === undefined);
    },
  };
}
