import * as z from 'zod';
import { ensureInternetGateway } from '../../../shared/aws/internetGateways.ts';
import { step } from '../../../shared/step/step.ts';
import { knownResources } from '../../../shared/store/resources.ts';

/** Ensures the VPC's way to the internet; an existing VPC has its own, and the answer is then empty. */
export const handler = step(z.object({ vpcId: z.string() }), async ({ plan, input }) => {
  const { cluster, internetGateway } = plan.blueprint;
  if (!internetGateway) return { internetGatewayId: '' };

  const known = await knownResources(cluster.id);
  return { internetGatewayId: await ensureInternetGateway(cluster, internetGateway.key, input.vpcId, known) };
});
