import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DetachInternetGatewayCommand,
  paginateDescribeInternetGateways,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity } from '../blueprint/blueprint.ts';
import { Conflict } from '../step/errors.ts';
import { chooseOne, waitForLostAnswers } from './adoption.ts';
import { ec2 } from './clients/ec2.ts';
import { ec2Once } from './clients/ec2Once.ts';
import { removed, settled, unless } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';
import { together } from './together.ts';

export interface FoundInternetGateway {
  readonly id: string;
  readonly key: string;
  readonly vpcId: string | undefined;
}

/** The cluster's internet gateways; more than one after a lost answer. */
export async function findInternetGateways(clusterId: string): Promise<FoundInternetGateway[]> {
  const found: FoundInternetGateway[] = [];
  const pages = paginateDescribeInternetGateways({ client: ec2 }, { Filters: taggedFor(clusterId) });
  for await (const page of pages) {
    for (const { InternetGatewayId, Attachments, Tags } of page.InternetGateways ?? []) {
      const key = keyIn(Tags, clusterId, 'internet-gateway');
      if (key === undefined) continue;
      found.push({ id: idOf(InternetGatewayId), key, vpcId: Attachments?.[0]?.VpcId });
    }
  }
  return found;
}

/** Ensures the gateway, attached to the VPC, and returns its id. */
export async function ensureInternetGateway(
  cluster: ClusterIdentity,
  key: string,
  vpcId: string,
  attempt: number,
): Promise<string> {
  const found = await findInternetGateways(cluster.id);
  const { kept, extras } = chooseOne(found.map((gateway) => ({ ...gateway, inUse: gateway.vpcId !== undefined })));
  await together(extras, removeInternetGateway);
  if (kept?.vpcId !== undefined && kept.vpcId !== vpcId) {
    throw new Conflict(
      `${kept.id} carries the tags of ${cluster.id}'s internet gateway but is attached to ${kept.vpcId}, not ${vpcId}`,
    );
  }
  const id = kept?.id ?? (await createInternetGateway(cluster, key, attempt));
  if (kept?.vpcId === undefined) await attach(id, vpcId);
  return id;
}

async function createInternetGateway(cluster: ClusterIdentity, key: string, attempt: number): Promise<string> {
  waitForLostAnswers(`the internet gateway of ${cluster.id}`, attempt);
  const { InternetGateway } = await ec2Once.send(
    new CreateInternetGatewayCommand({
      TagSpecifications: taggedAs('internet-gateway', cluster, `internet-gateway/${key}`),
    }),
  );
  return idOf(InternetGateway?.InternetGatewayId);
}

async function attach(id: string, vpcId: string): Promise<void> {
  const command = new AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId });
  await unless(['Resource.AlreadyAssociated'], settled(ec2.send(command)));
}

/** Detaches and deletes the gateway; waits while public addresses are mapped in its VPC. */
export async function removeInternetGateway({ id, vpcId }: { id: string; vpcId?: string | undefined }): Promise<void> {
  if (vpcId) {
    await removed(id, ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId })));
  }
  await removed(id, ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id })));
}
