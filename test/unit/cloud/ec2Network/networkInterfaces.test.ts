import type { DescribeNetworkInterfacesResult } from '@aws-sdk/client-ec2';
import { publicImages } from '../../../../local/cloud/ec2/images.ts';
import { addInterface } from '../../../../local/cloud/ec2/networkInterfaceCreation.ts';
import { inertMachines } from '../../../support/testWorld.ts';
import { aNetwork, anInterface, networkCloud } from './network.ts';

/** An instance in zone a, and what its machine hears about interfaces. */
async function anInstance() {
  const notices: string[] = [];
  const cloud = networkCloud({
    machines: {
      ...inertMachines,
      attachNetworkInterface: (_, id, index) => void notices.push(`attached ${id} ${index}`),
      detachNetworkInterface: (_, id) => void notices.push(`detached ${id}`),
    },
  });
  const network = await aNetwork(cloud);
  const { Instances } = await cloud.call<{ Instances: { InstanceId: string }[] }>('RunInstances', {
    ImageId: publicImages.find(({ architecture }) => architecture === 'arm64')?.id,
    InstanceType: 't4g.medium',
    MinCount: 1,
    MaxCount: 1,
    SubnetId: network.subnetId,
    SecurityGroupIds: [network.groupId],
  });
  await cloud.world.clock.advance({ seconds: 30 });
  notices.length = 0;
  const extra = await anInterface(cloud, { SubnetId: network.subnetId });
  const shown = async (id: string) => {
    const input = { NetworkInterfaceIds: [id] };
    const found = await cloud.call<DescribeNetworkInterfacesResult>('DescribeNetworkInterfaces', input);
    return found.NetworkInterfaces?.[0];
  };
  await cloud.world.clock.advance({ seconds: 1 });
  return { cloud, network, notices, extra, shown, InstanceId: Instances[0]?.InstanceId ?? '' };
}

test('an interface is attaching for three seconds, then in use, and the machine is notified', async () => {
  const { cloud, notices, extra, shown, InstanceId } = await anInstance();
  await cloud.call('AttachNetworkInterface', { NetworkInterfaceId: extra, InstanceId, DeviceIndex: 1 });
  expect((await shown(extra))?.Status).toBe('attaching');
  expect(notices).toEqual([]);
  await cloud.world.clock.advance({ seconds: 3 });
  expect((await shown(extra))?.Status).toBe('in-use');
  expect(notices).toEqual([`attached ${extra} 1`]);
});

test('an interface is detaching for three seconds, then free', async () => {
  const { cloud, notices, extra, shown, InstanceId } = await anInstance();
  const { AttachmentId } = await cloud.call('AttachNetworkInterface', {
    NetworkInterfaceId: extra,
    InstanceId,
    DeviceIndex: 1,
  });
  await cloud.world.clock.advance({ seconds: 10 });
  await cloud.call('DetachNetworkInterface', { AttachmentId });
  expect((await shown(extra))?.Status).toBe('detaching');
  expect((await cloud.errorOf('DeleteNetworkInterface', { NetworkInterfaceId: extra })).name).toBe(
    'InvalidParameterValue',
  );
  await cloud.world.clock.advance({ seconds: 3 });
  expect((await shown(extra))?.Status).toBe('available');
  expect(notices).toContain(`detached ${extra}`);
  await cloud.call('DeleteNetworkInterface', { NetworkInterfaceId: extra });
});

test('an interface in use is not attached again, nor beyond what the type holds', async () => {
  const { cloud, network, extra, InstanceId } = await anInstance();
  const attach = (NetworkInterfaceId: string, DeviceIndex: number) => ({ NetworkInterfaceId, InstanceId, DeviceIndex });
  await cloud.call('AttachNetworkInterface', attach(extra, 1));
  expect((await cloud.errorOf('AttachNetworkInterface', attach(extra, 2))).name).toBe('InvalidNetworkInterface.InUse');
  const another = await anInterface(cloud, { SubnetId: network.subnetId });
  expect((await cloud.errorOf('AttachNetworkInterface', attach(another, 1))).name).toBe('InvalidParameterValue');
  await cloud.call('AttachNetworkInterface', attach(another, 2));
  const fourth = await anInterface(cloud, { SubnetId: network.subnetId });
  expect((await cloud.errorOf('AttachNetworkInterface', attach(fourth, 3))).name).toBe('AttachmentLimitExceeded');
});

test('the primary interface cannot be detached', async () => {
  const { cloud, InstanceId } = await anInstance();
  const { NetworkInterfaces } = await cloud.call<DescribeNetworkInterfacesResult>('DescribeNetworkInterfaces', {
    Filters: [{ Name: 'attachment.instance-id', Values: [InstanceId] }],
  });
  const AttachmentId = NetworkInterfaces?.[0]?.Attachment?.AttachmentId;
  expect((await cloud.errorOf('DetachNetworkInterface', { AttachmentId })).name).toBe('OperationNotPermitted');
});

test('an interface of another zone does not fit', async () => {
  const { cloud, network, InstanceId } = await anInstance();
  const { Subnet } = await cloud.call<{ Subnet: { SubnetId: string } }>('CreateSubnet', {
    VpcId: network.vpcId,
    CidrBlock: '10.0.3.0/24',
    AvailabilityZone: 'us-east-1b',
  });
  const NetworkInterfaceId = await anInterface(cloud, { SubnetId: Subnet.SubnetId });
  const attach = { NetworkInterfaceId, InstanceId, DeviceIndex: 1 };
  expect((await cloud.errorOf('AttachNetworkInterface', attach)).name).toBe('InvalidParameterCombination');
});

test('the same client token makes one interface', async () => {
  const { cloud, network } = await anInstance();
  const request = { SubnetId: network.subnetId, ClientToken: 'slot-0', PrivateIpAddress: '10.0.0.99' };
  expect(await anInterface(cloud, request)).toBe(await anInterface(cloud, request));
});

test('groups of another VPC are refused', async () => {
  const { cloud, network } = await anInstance();
  const { Vpc } = await cloud.call<{ Vpc: { VpcId: string } }>('CreateVpc', { CidrBlock: '10.9.0.0/16' });
  const { GroupId } = await cloud.call('CreateSecurityGroup', {
    VpcId: Vpc.VpcId,
    GroupName: 'other',
    Description: 'other',
  });
  const request = { SubnetId: network.subnetId, Groups: [GroupId] };
  expect((await cloud.errorOf('CreateNetworkInterface', request)).name).toBe('InvalidParameterValue');
});

test('five thousand interfaces have addresses of their own and come in pages', async () => {
  const cloud = networkCloud();
  const { vpcId: VpcId } = await aNetwork(cloud);
  const { Subnet } = await cloud.call<{ Subnet: { SubnetId: string } }>('CreateSubnet', {
    VpcId,
    CidrBlock: '10.0.128.0/17',
  });
  const addresses = new Set<string>();
  for (let count = 0; count < 4990; count += 1) {
    addresses.add(addInterface(cloud.world, { subnetId: Subnet.SubnetId }).privateIpAddress);
  }
  await cloud.world.clock.advance({ seconds: 5 });
  expect(addresses.size).toBe(4990);
  let NextToken: string | undefined;
  let seen = 0;
  do {
    const page: DescribeNetworkInterfacesResult = await cloud.call('DescribeNetworkInterfaces', {
      MaxResults: 1000,
      NextToken,
    });
    seen += page.NetworkInterfaces?.length ?? 0;
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(seen).toBe(4990);
});
