import type {
  AllocateAddressResult,
  DescribeAddressesAttributeResult,
  DescribePrefixListsResult,
  DescribeVpcAttributeResult,
} from '@aws-sdk/client-ec2';
import { aNetwork, networkCloud } from './network.ts';

// Questions that Terraform's provider of AWS asks of everything that it manages.

test('metrics of address usage are off in a VPC, and asking for them is no mistake', async () => {
  const cloud = networkCloud();
  const { vpcId: VpcId } = await aNetwork(cloud);
  const Attribute = 'enableNetworkAddressUsageMetrics';
  expect(await cloud.call<DescribeVpcAttributeResult>('DescribeVpcAttribute', { VpcId, Attribute })).toMatchObject({
    EnableNetworkAddressUsageMetrics: { Value: false },
  });
});

test('an address has no reverse name unless somebody set one', async () => {
  const cloud = networkCloud();
  const { AllocationId, PublicIp } = await cloud.call<AllocateAddressResult>('AllocateAddress', { Domain: 'vpc' });
  await cloud.world.clock.advance({ seconds: 5 });
  const asked = { AllocationIds: [AllocationId], Attribute: 'domain-name' };
  const { Addresses } = await cloud.call<DescribeAddressesAttributeResult>('DescribeAddressesAttribute', asked);
  expect(Addresses).toEqual([{ AllocationId, PublicIp }]);
  const unknown = { AllocationIds: ['eipalloc-0123456789abcdef0'], Attribute: 'domain-name' };
  expect((await cloud.errorOf('DescribeAddressesAttribute', unknown)).name).toBe('InvalidAllocationID.NotFound');
});

test('the prefix list of a gateway endpoint is found by its name and by its id', async () => {
  const cloud = networkCloud();
  const PrefixListName = 'com.amazonaws.us-east-1.s3';
  const byName = { Filters: [{ Name: 'prefix-list-name', Values: [PrefixListName] }] };
  const { PrefixLists } = await cloud.call<DescribePrefixListsResult>('DescribePrefixLists', byName);
  expect(PrefixLists).toMatchObject([{ PrefixListId: 'pl-63a5400a', PrefixListName }]);
  const PrefixListIds = ['pl-63a5400a'];
  expect(await cloud.call<DescribePrefixListsResult>('DescribePrefixLists', { PrefixListIds })).toMatchObject({
    PrefixLists,
  });
  expect((await cloud.errorOf('DescribePrefixLists', { PrefixListIds: ['pl-0'] })).name).toBe(
    'InvalidPrefixListId.NotFound',
  );
});
