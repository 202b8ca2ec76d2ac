import {
  CreateVpcCommand,
  DeleteVpcCommand,
  ModifyVpcAttributeCommand,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity, VpcBlueprint } from '../blueprint/blueprint.ts';
import { ec2 } from '../clients/ec2.ts';
import { ec2Once } from '../clients/ec2Once.ts';
import type { KnownResources } from '../store/resources.ts';
import { ensureWithoutToken } from './adoption.ts';
import { removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { unordered } from './shape.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundVpc {
  readonly id: string;
  readonly key: string;
  readonly cidrs: readonly string[];
  readonly tenancy: string | undefined;
  readonly isDefault: boolean | undefined;
}

/** The cluster's VPCs; more than one after a lost answer. */
export async function findVpcs(clusterId: string): Promise<FoundVpc[]> {
  const found: FoundVpc[] = [];
  for await (const page of paginateDescribeVpcs({ client: ec2 }, { Filters: taggedFor(clusterId) })) {
    for (const { VpcId, Tags, ...vpc } of page.Vpcs ?? []) {
      const key = keyIn(Tags, clusterId, 'vpc');
      if (key === undefined) continue;
      found.push({
        id: idOf(VpcId),
        key,
        cidrs: unordered(vpc.CidrBlockAssociationSet?.map(({ CidrBlock }) => CidrBlock)),
        tenancy: vpc.InstanceTenancy,
        isDefault: vpc.IsDefault,
      });
    }
  }
  return found;
}

/** Ensures the VPC and returns its id. */
export function ensureVpc(
  cluster: ClusterIdentity,
  vpc: Extract<VpcBlueprint, { kind: 'created' }>,
  known: KnownResources,
): Promise<string> {
  const resource = `vpc/${vpc.key}` as const;
  return ensureWithoutToken(
    { clusterId: cluster.id, resource, known },
    {
      make: async () => {
        const TagSpecifications = taggedAs('vpc', cluster, resource);
        const { Vpc } = await ec2Once.send(new CreateVpcCommand({ CidrBlock: vpc.cidr, TagSpecifications }));
        return idOf(Vpc?.VpcId);
      },
      find: () => findVpcs(cluster.id),
      shapeOf: ({ cidrs, tenancy, isDefault }) => ({
        ranges: [cidrs, [vpc.cidr]],
        tenancy: [tenancy, 'default'],
        'being the default VPC': [isDefault, false],
      }),
      remove: ({ id }) => removeVpc(id),
    },
  );
}

/** Instances and interface endpoints get names only with hostnames on; it is off in a new VPC. */
export async function enableDnsHostnames(vpcId: string): Promise<void> {
  await settled(ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } })));
}

/** Deletes the VPC, which must be empty. */
export async function removeVpc(vpcId: string): Promise<void> {
  await removed(vpcId, ec2.send(new DeleteVpcCommand({ VpcId: vpcId })));
}
