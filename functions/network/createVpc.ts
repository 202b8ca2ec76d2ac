import { enableDnsHostnames, ensureVpc } from '../../shared/aws/vpcs.ts';
import { step } from '../../shared/step/step.ts';

/** Ensures the cluster's VPC with DNS hostnames on, and returns its id; an existing VPC stays as it is. */
export const handler = step(async ({ plan, attempt }) => {
  const { cluster, vpc } = plan.blueprint;
  if (vpc.kind === 'existing') return { vpcId: vpc.vpcId };

  const vpcId = await ensureVpc(cluster, vpc, attempt);
  await enableDnsHostnames(vpcId);
  return { vpcId };
});
