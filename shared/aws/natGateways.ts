import { CreateNatGatewayCommand, DeleteNatGatewayCommand, paginateDescribeNatGateways } from '@aws-sdk/client-ec2';
import type { ClusterIdentity, NatGatewayBlueprint } from '../blueprint/blueprint.ts';
import { ec2 } from '../clients/ec2.ts';
import { type Earlier, ensureByToken } from './adoption.ts';
import { withToken } from './clientToken.ts';
import { removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundNatGateway {
  readonly id: string;
  readonly key: string;
  readonly vpcId: string | undefined;
  readonly subnetId: string | undefined;
  readonly allocationIds: readonly string[];
  readonly state: string;
  /** Why it failed: EC2's code and message. */
  readonly failure: string | undefined;
}

/** The cluster's NAT gateways. EC2 shows failed and deleted ones for about an hour. */
export async function findNatGateways(clusterId: string): Promise<FoundNatGateway[]> {
  const found: FoundNatGateway[] = [];
  for await (const page of paginateDescribeNatGateways({ client: ec2 }, { Filter: taggedFor(clusterId) })) {
    for (const { NatGatewayId, VpcId, State, FailureCode, FailureMessage, ...shown } of page.NatGateways ?? []) {
      const key = keyIn(shown.Tags, clusterId, 'nat-gateway');
      if (key === undefined) continue;
      found.push({
        id: idOf(NatGatewayId),
        key,
        vpcId: VpcId,
        subnetId: shown.SubnetId,
        allocationIds: (shown.NatGatewayAddresses ?? []).flatMap(({ AllocationId }) => AllocationId ?? []),
        state: State ?? '',
        failure: FailureCode && `${FailureCode}: ${FailureMessage ?? ''}`,
      });
    }
  }
  return found;
}

/** Ensures that the gateway was made once, and returns its id at once: it is available about 106 s later. */
export function ensureNatGateway(
  cluster: ClusterIdentity,
  gateway: NatGatewayBlueprint,
  place: NatGatewayPlace,
  earlier: Earlier,
): Promise<string> {
  return ensureByToken(natGatewayName(gateway), earlier, {
    make: () => createNatGateway(cluster, gateway, place, earlier),
    find: async () =>
      (await findNatGateways(cluster.id)).filter(
        ({ key, subnetId, state }) =>
          key === gateway.key && subnetId === place.subnetId && (state === 'pending' || state === 'available'),
      ),
    shapeOf: ({ allocationIds }) => ({ addresses: [allocationIds, [place.allocationId]] }),
  });
}

export interface NatGatewayPlace {
  readonly subnetId: string;
  readonly allocationId: string;
}

export const natGatewayName = ({ key }: NatGatewayBlueprint) => `nat-gateway/${key}` as const;

/** Makes one, or another in place of one that has failed and is gone. */
export async function createNatGateway(
  cluster: ClusterIdentity,
  gateway: NatGatewayBlueprint,
  { subnetId, allocationId }: NatGatewayPlace,
  { known }: Earlier,
): Promise<string> {
  const resource = natGatewayName(gateway);
  const request = {
    SubnetId: subnetId,
    AllocationId: allocationId,
    TagSpecifications: taggedAs('natgateway', cluster, resource),
  };
  // A token answers with the gateway it made, also when that one has failed: each failure needs a new token.
  const command = new CreateNatGatewayCommand(withToken(request, known.idsOf(resource).length));
  const { NatGateway } = await settled(ec2.send(command));
  return idOf(NatGateway?.NatGatewayId);
}

/** Starts the deletion of the gateway, which takes about a minute. */
export async function removeNatGateway(natGatewayId: string): Promise<void> {
  await removed(natGatewayId, ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: natGatewayId })));
}
