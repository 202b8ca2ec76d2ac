import * as z from 'zod';
import { ensureEach } from '../../../shared/aws/adoption.ts';
import { idFor } from '../../../shared/aws/ids.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import { associateSubnets, ensureDefaultRoute, ensureRouteTable } from '../../../shared/aws/routeTables.ts';
import { step } from '../../../shared/step/step.ts';
import { knownResources } from '../../../shared/store/resources.ts';
import { together } from '../../../shared/together.ts';

/** Ensures the route tables with their subnets and the way through the internet gateway; routes to NAT gateways come later. */
export const handler = step(
  z.object({ vpcId: z.string(), internetGatewayId: z.string(), subnetIds: idsByKey }),
  async ({ plan, attempt, input }) => {
    const { cluster, routeTables } = plan.blueprint;
    const known = await knownResources(cluster.id);
    const routeTableIds = await ensureEach(
      { clusterId: cluster.id, kind: 'route-table', known },
      routeTables,
      (table) => ensureRouteTable(cluster, input.vpcId, table, { known, attempt }),
    );
    await together(routeTables, async ({ key: tableKey, subnetKeys, defaultRoute }) => {
      const id = idFor(routeTableIds, tableKey, 'route table');
      await associateSubnets(
        id,
        subnetKeys.map((key) => idFor(input.subnetIds, key, 'subnet')),
      );
      if (defaultRoute.via === 'internetGateway') await ensureDefaultRoute(id, { GatewayId: input.internetGatewayId });
    });
    return { routeTableIds };
  },
);
