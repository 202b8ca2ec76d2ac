import * as z from 'zod';
import { idFor } from '../../../shared/aws/ids.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import { ensureDefaultRoute } from '../../../shared/aws/routeTables.ts';
import { step } from '../../../shared/step/step.ts';
import { together } from '../../../shared/together.ts';

/** Leads the private subnets out through their NAT gateways, which are available by now. */
export const handler = step(z.object({ routeTableIds: idsByKey, natGatewayIds: idsByKey }), async ({ plan, input }) => {
  const routes = plan.blueprint.routeTables.flatMap(({ key, defaultRoute }) =>
    defaultRoute.via === 'natGateway' ? [{ key, natGatewayKey: defaultRoute.natGatewayKey }] : [],
  );
  await together(routes, ({ key, natGatewayKey }) =>
    ensureDefaultRoute(idFor(input.routeTableIds, key, 'route table'), {
      NatGatewayId: idFor(input.natGatewayIds, natGatewayKey, 'NAT gateway'),
    }),
  );
  return { routes: routes.length };
});
