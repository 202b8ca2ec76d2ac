import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DetachInternetGatewayCommand,
  paginateDescribeInternetGateways,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity } from '../blueprint/blueprint.ts';
import { ec2 } from '../clients/ec2.ts';
import { ec2Once } from '../clients/ec2Once.ts';
import type { KnownResources } from '../store/resources.ts';
import { ensureWithoutToken } from './adoption.ts';
import { removed, settled, unless } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

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
  known: KnownResources,
): Promise<string> {
  const resource = `internet-gateway/${key}` as const;
  const id = await ensureWithoutToken(
    { clusterId: cluster.id, resource, known },
    {
      make: async () => {
        const TagSpecifications = taggedAs('internet-gateway', cluster, resource);
        const { InternetGateway } = await ec2Once.send(new CreateInternetGatewayCommand({ TagSpecifications }));
        return idOf(InternetGateway?.InternetGatewayId);
      },
      find: () => findInternetGateways(cluster.id),
      shapeOf: (gateway) => ({ VPC: [gateway.vpcId, undefined] }),
      remove: removeInternetGateway,
    },
  );
  await attach(id, vpcId);
  return id;
}

async function attach(id: string, vpcId: string): Promise<void> {
  if (await isAttached(id, vpcId)) return;
  const command = new AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId });
  // Attached by an earlier try; to another VPC, the routes through it would be refused.
  await unless(['Resource.AlreadyAssociated'], settled(ec2.send(command)));
}

/** What EC2 does not show yet counts as not attached: attaching again does nothing. */
async function isAttached(id: string, vpcId: string): Promise<boolean> {
  const Filters = [
    { Name: 'internet-gateway-id', Values: [id] },
    { Name: 'attachment.vpc-id', Values: [vpcId] },
  ];
  const { InternetGateways = [] } = await ec2.send(new DescribeInternetGatewaysCommand({ Filters }));
  return InternetGateways.length > 0;
}

/** Detaches and deletes the gateway; waits while public addresses are mapped in its VPC. */
export async function removeInternetGateway({ id, vpcId }: { id: string; vpcId?: string | undefined }): Promise<void> {
  if (vpcId) {
    await removed(id, ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId })));
  }
  await removed(id, ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id })));
}
