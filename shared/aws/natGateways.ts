import { CreateNatGatewayCommand, DeleteNatGatewayCommand, paginateDescribeNatGateways } from '@aws-sdk/client-ec2';
import type { ClusterIdentity, NatGatewayBlueprint } from '../blueprint/blueprint.ts';
import { ec2 } from './clients/ec2.ts';
import { clientToken } from './clientToken.ts';
import { removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundNatGateway {
  readonly id: string;
  readonly key: string;
  readonly subnetId: string | undefined;
  readonly state: string;
  /** Why it failed: EC2's code and message. */
  readonly failure: string | undefined;
}

/** The cluster's NAT gateways. EC2 shows failed and deleted ones for about an hour. */
export async function findNatGateways(clusterId: string): Promise<FoundNatGateway[]> {
  const found: FoundNatGateway[] = [];
  for await (const page of paginateDescribeNatGateways({ client: ec2 }, { Filter: taggedFor(clusterId) })) {
    for (const { NatGatewayId, SubnetId, State, FailureCode, FailureMessage, Tags } of page.NatGateways ?? []) {
      const key = keyIn(Tags, clusterId, 'nat-gateway');
      if (key === undefined) continue;
      found.push({
        id: idOf(NatGatewayId),
        key,
        subnetId: SubnetId,
        state: State ?? '',
        failure: FailureCode && `${FailureCode}: ${FailureMessage ?? ''}`,
      });
    }
  }
  return found;
}

/** Whether the gateway serves or will. */
export const isAlive = ({ state }: FoundNatGateway): boolean => state === 'pending' || state === 'available';

/** Ensures the gateway among those already found, and returns its id at once: it is available about 106 s later. */
export async function ensureNatGateway(
  cluster: ClusterIdentity,
  gateway: NatGatewayBlueprint,
  place: { readonly subnetId: string; readonly allocationId: string },
  found: readonly FoundNatGateway[],
): Promise<string> {
  const earlier = found.filter(({ key }) => key === gateway.key);
  const alive = earlier.find(isAlive);
  if (alive) return alive.id;

  const resource = `nat-gateway/${gateway.key}` as const;
  const { NatGateway } = await settled(
    ec2.send(
      new CreateNatGatewayCommand({
        SubnetId: place.subnetId,
        AllocationId: place.allocationId,
        // A token answers with the gateway it made, also when that one has failed: each failure needs a new token.
        ClientToken: clientToken(cluster.id, resource, place.subnetId, place.allocationId, earlier.length),
        TagSpecifications: taggedAs('natgateway', cluster, resource),
      }),
    ),
  );
  return idOf(NatGateway?.NatGatewayId);
}

/** Starts the deletion of the gateway, which takes about a minute. */
export async function removeNatGateway(natGatewayId: string): Promise<void> {
  await removed(natGatewayId, ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: natGatewayId })));
}
