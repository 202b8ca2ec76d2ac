import { CreateNatGatewayCommand, DeleteNatGatewayCommand, paginateDescribeNatGateways } from '@aws-sdk/client-ec2';
import type { ClusterIdentity, NatGatewayBlueprint } from '../blueprint/blueprint.ts';
import { type KnownResources, recordResource } from '../store/resources.ts';
import { ensureByToken } from './adoption.ts';
import { ec2 } from './clients/ec2.ts';
import { clientToken } from './clientToken.ts';
import { removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundNatGateway {
  readonly id: string;
  readonly key: string;
  readonly vpcId: string | undefined;
  readonly state: string;
  /** Why it failed: EC2's code and message. */
  readonly failure: string | undefined;
}

/** The cluster's NAT gateways. EC2 shows failed and deleted ones for about an hour. */
export async function findNatGateways(clusterId: string): Promise<FoundNatGateway[]> {
  const found: FoundNatGateway[] = [];
  for await (const page of paginateDescribeNatGateways({ client: ec2 }, { Filter: taggedFor(clusterId) })) {
    for (const { NatGatewayId, VpcId, State, FailureCode, FailureMessage, Tags } of page.NatGateways ?? []) {
      const key = keyIn(Tags, clusterId, 'nat-gateway');
      if (key === undefined) continue;
      found.push({
        id: idOf(NatGatewayId),
        key,
        vpcId: VpcId,
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
  known: KnownResources,
): Promise<string> {
  const resource = natGatewayName(gateway);
  return ensureByToken({ clusterId: cluster.id, resource, known }, () =>
    createNatGateway(cluster, gateway, place, known),
  );
}

/** Makes another in place of one that has failed and is gone. */
export async function replaceNatGateway(
  cluster: ClusterIdentity,
  gateway: NatGatewayBlueprint,
  place: NatGatewayPlace,
  known: KnownResources,
): Promise<string> {
  const id = await createNatGateway(cluster, gateway, place, known);
  await recordResource(cluster.id, natGatewayName(gateway), id);
  return id;
}

export interface NatGatewayPlace {
  readonly subnetId: string;
  readonly allocationId: string;
}

export const natGatewayName = ({ key }: NatGatewayBlueprint) => `nat-gateway/${key}` as const;

async function createNatGateway(
  cluster: ClusterIdentity,
  gateway: NatGatewayBlueprint,
  { subnetId, allocationId }: NatGatewayPlace,
  known: KnownResources,
): Promise<string> {
  const resource = natGatewayName(gateway);
  const { NatGateway } = await settled(
    ec2.send(
      new CreateNatGatewayCommand({
        SubnetId: subnetId,
        AllocationId: allocationId,
        // A token answers with the gateway it made, also when that one has failed: each failure needs a new token.
        ClientToken: clientToken(cluster.id, resource, subnetId, allocationId, known.idsOf(resource).length),
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
