import { enableDnsHostnames, ensureVpc } from '../../../shared/aws/vpcs.ts';
import { step } from '../../../shared/step/step.ts';
import { knownResources, recordResource } from '../../../shared/store/resources.ts';

/** Ensures the cluster's VPC with DNS hostnames on, and returns its id; an existing VPC stays as it is. */
export const handler = step(async ({ plan }) => {
  const { cluster, vpc } = plan.blueprint;
  if (vpc.kind === 'existing') {
    await recordResource(cluster.id, 'vpc/existing', vpc.vpcId);
    return { vpcId: vpc.vpcId };
  }

  const vpcId = await ensureVpc(cluster, vpc, await knownResources(cluster.id));
  await enableDnsHostnames(vpcId);
  return { vpcId };
});
