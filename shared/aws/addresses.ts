import { AllocateAddressCommand, DescribeAddressesCommand, ReleaseAddressCommand } from '@aws-sdk/client-ec2';
import type { ClusterIdentity } from '../blueprint/blueprint.ts';
import { chooseOne, waitForLostAnswers } from './adoption.ts';
import { ec2 } from './clients/ec2.ts';
import { ec2Once } from './clients/ec2Once.ts';
import { removed } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';
import { together } from './together.ts';

export interface FoundAddress {
  readonly id: string;
  readonly key: string;
  readonly publicAddress: string;
  readonly inUse: boolean;
}

/** The cluster's Elastic IP addresses. DescribeAddresses has no pages. */
export async function findAddresses(clusterId: string): Promise<FoundAddress[]> {
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({ Filters: taggedFor(clusterId) }));
  return (Addresses ?? []).flatMap(({ AllocationId, PublicIp, AssociationId, Tags }) => {
    const key = keyIn(Tags, clusterId, 'elastic-ip');
    if (key === undefined) return [];
    return [{ id: idOf(AllocationId), key, publicAddress: PublicIp ?? '', inUse: AssociationId !== undefined }];
  });
}

/** Ensures the address of one NAT gateway among those already found, and returns it. */
export async function ensureAddress(
  cluster: ClusterIdentity,
  key: string,
  found: readonly FoundAddress[],
  attempt: number,
): Promise<FoundAddress> {
  const { kept, extras } = chooseOne(found.filter((address) => address.key === key));
  await together(extras, ({ id }) => removeAddress(id));
  if (kept) return kept;

  waitForLostAnswers(`the address of NAT gateway ${key}`, attempt);
  const { AllocationId, PublicIp } = await ec2Once.send(
    new AllocateAddressCommand({
      Domain: 'vpc',
      TagSpecifications: taggedAs('elastic-ip', cluster, `elastic-ip/${key}`),
    }),
  );
  return { id: idOf(AllocationId), key, publicAddress: idOf(PublicIp), inUse: false };
}

/** Releases the address; waits while a NAT gateway that is being deleted still holds it. */
export async function removeAddress(allocationId: string): Promise<void> {
  await removed(allocationId, ec2.send(new ReleaseAddressCommand({ AllocationId: allocationId })));
}
