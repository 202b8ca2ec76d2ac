import * as z from 'zod';
import { idFor } from '../../shared/aws/ids.ts';
import { idsByKey } from '../../shared/aws/idsByKey.ts';
import { ensureDefaultRoute, ensureRouteTable } from '../../shared/aws/routeTables.ts';
import { togetherByKey } from '../../shared/aws/together.ts';
import { step } from '../../shared/step/step.ts';
import { knownResources } from '../../shared/store/resources.ts';

/** Ensures the route tables with their subnets and the way through the internet gateway; routes to NAT gateways come later. */
export const handler = step(
  z.object({ vpcId: z.string(), internetGatewayId: z.string(), subnetIds: idsByKey }),
  async ({ plan, input }) => {
    const { cluster, routeTables } = plan.blueprint;
    const known = await knownResources(cluster.id);
    const routeTableIds = await togetherByKey(routeTables, async (table) => {
      const subnetIds = table.subnetKeys.map((key) => idFor(input.subnetIds, key, 'subnet'));
      const id = await ensureRouteTable(cluster, input.vpcId, table, subnetIds, known);
      if (table.defaultRoute.via === 'internetGateway') {
        await ensureDefaultRoute(id, { GatewayId: input.internetGatewayId });
      }
      return id;
    });
    return { routeTableIds };
  },
);
