import * as z from 'zod';
import { ensureEndpoint, findEndpoints } from '../../shared/aws/endpoints.ts';
import { idsByKey } from '../../shared/aws/idsByKey.ts';
import { togetherByKey } from '../../shared/aws/together.ts';
import { step } from '../../shared/step/step.ts';

/** Ensures the VPC's private ways to AWS services. */
export const handler = step(
  z.object({ vpcId: z.string(), subnetIds: idsByKey, routeTableIds: idsByKey, securityGroupIds: idsByKey }),
  async ({ plan, input }) => {
    const { cluster, endpoints } = plan.blueprint;
    const found = await findEndpoints(cluster.id);
    const endpointIds = await togetherByKey(endpoints, (endpoint) => ensureEndpoint(cluster, endpoint, input, found));
    return { endpoints: Object.keys(endpointIds).length };
  },
);
