import { AllocateAddressCommand, DescribeAddressesCommand, ReleaseAddressCommand } from '@aws-sdk/client-ec2';
import type { ClusterIdentity } from '../blueprint/blueprint.ts';
import { ec2 } from '../clients/ec2.ts';
import { ec2Once } from '../clients/ec2Once.ts';
import type { KnownResources } from '../store/resources.ts';
import { ensureWithoutToken } from './adoption.ts';
import { removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundAddress {
  readonly id: string;
  readonly key: string;
  readonly association: string | undefined;
  readonly pool: string | undefined;
  readonly publicAddress: string | undefined;
}

/** The cluster's Elastic IP addresses. DescribeAddresses has no pages. */
export async function findAddresses(clusterId: string): Promise<FoundAddress[]> {
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({ Filters: taggedFor(clusterId) }));
  return (Addresses ?? []).flatMap(({ AllocationId, Tags, ...shown }) => {
    const key = keyIn(Tags, clusterId, 'elastic-ip');
    if (key === undefined) return [];
    const { AssociationId: association, PublicIpv4Pool: pool, PublicIp: publicAddress } = shown;
    return [{ id: idOf(AllocationId), key, association, pool, publicAddress }];
  });
}

/** Ensures the address of one NAT gateway, and returns its allocation id. */
export function ensureAddress(cluster: ClusterIdentity, key: string, known: KnownResources): Promise<string> {
  const resource = `elastic-ip/${key}` as const;
  return ensureWithoutToken(
    { clusterId: cluster.id, resource, known },
    {
      make: async () => {
        const TagSpecifications = taggedAs('elastic-ip', cluster, resource);
        const { AllocationId } = await ec2Once.send(new AllocateAddressCommand({ Domain: 'vpc', TagSpecifications }));
        return idOf(AllocationId);
      },
      find: async () => (await findAddresses(cluster.id)).filter((address) => address.key === key),
      // An address of somebody's own pool names that pool.
      shapeOf: ({ association, pool = 'amazon' }) => ({
        association: [association, undefined],
        pool: [pool, 'amazon'],
      }),
      remove: ({ id }) => removeAddress(id),
    },
  );
}

/** The public address behind an allocation. */
export async function publicAddressOf(allocationId: string): Promise<string> {
  const request = new DescribeAddressesCommand({ AllocationIds: [allocationId] });
  const { Addresses } = await settled(ec2.send(request));
  return idOf(Addresses?.[0]?.PublicIp);
}

/** Releases the address; waits while a NAT gateway that is being deleted still holds it. */
export async function removeAddress(allocationId: string): Promise<void> {
  await removed(allocationId, ec2.send(new ReleaseAddressCommand({ AllocationId: allocationId })));
}
