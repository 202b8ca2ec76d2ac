import {
  CreateVpcCommand,
  DeleteVpcCommand,
  ModifyVpcAttributeCommand,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity, VpcBlueprint } from '../blueprint/blueprint.ts';
import { Conflict } from '../step/errors.ts';
import { chooseOne, waitForLostAnswers } from './adoption.ts';
import { ec2 } from './clients/ec2.ts';
import { ec2Once } from './clients/ec2Once.ts';
import { removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';
import { together } from './together.ts';

export interface FoundVpc {
  readonly id: string;
  readonly key: string;
  readonly cidr: string | undefined;
}

/** The cluster's VPCs; more than one after a lost answer. */
export async function findVpcs(clusterId: string): Promise<FoundVpc[]> {
  const found: FoundVpc[] = [];
  for await (const page of paginateDescribeVpcs({ client: ec2 }, { Filters: taggedFor(clusterId) })) {
    for (const { VpcId, CidrBlock, Tags } of page.Vpcs ?? []) {
      const key = keyIn(Tags, clusterId, 'vpc');
      if (key !== undefined) found.push({ id: idOf(VpcId), key, cidr: CidrBlock });
    }
  }
  return found;
}

/** Ensures the VPC and returns its id. */
export async function ensureVpc(
  cluster: ClusterIdentity,
  vpc: Extract<VpcBlueprint, { kind: 'created' }>,
  attempt: number,
): Promise<string> {
  const { kept, extras } = chooseOne(await findVpcs(cluster.id));
  await together(extras, ({ id }) => removeVpc(id));
  if (kept && kept.cidr !== vpc.cidr) {
    throw new Conflict(
      `${kept.id} carries the tags of ${cluster.id}'s VPC but has ${kept.cidr}, not ${vpc.cidr}. Remove its tags or the VPC, then resume.`,
    );
  }
  if (kept) return kept.id;

  waitForLostAnswers(`the VPC of ${cluster.id}`, attempt);
  const { Vpc } = await ec2Once.send(
    new CreateVpcCommand({ CidrBlock: vpc.cidr, TagSpecifications: taggedAs('vpc', cluster, `vpc/${vpc.key}`) }),
  );
  return idOf(Vpc?.VpcId);
}

/** Instances and interface endpoints get names only with hostnames on; it is off in a new VPC. */
export async function enableDnsHostnames(vpcId: string): Promise<void> {
  await settled(ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } })));
}

/** Deletes the VPC, which must be empty. */
export async function removeVpc(vpcId: string): Promise<void> {
  await removed(vpcId, ec2.send(new DeleteVpcCommand({ VpcId: vpcId })));
}
