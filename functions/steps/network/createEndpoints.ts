import * as z from 'zod';
import { ensureEach } from '../../../shared/aws/adoption.ts';
import { ensureEndpoint } from '../../../shared/aws/endpoints.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import { step } from '../../../shared/step/step.ts';
import { knownResources } from '../../../shared/store/resources.ts';

/** Ensures the VPC's private ways to AWS services. */
export const handler = step(
  z.object({ vpcId: z.string(), subnetIds: idsByKey, routeTableIds: idsByKey, securityGroupIds: idsByKey }),
  async ({ plan, attempt, input }) => {
    const { cluster, endpoints } = plan.blueprint;
    const known = await knownResources(cluster.id);
    const endpointIds = await ensureEach({ clusterId: cluster.id, kind: 'endpoint', known }, endpoints, (endpoint) =>
      ensureEndpoint(cluster, endpoint, input, { known, attempt }),
    );
    return { endpoints: Object.keys(endpointIds).length };
  },
);
