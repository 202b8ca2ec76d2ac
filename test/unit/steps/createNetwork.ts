import type { Steps } from './steps.ts';

/** Runs the functions that make the network in the order of the state machine, and returns their ids. */
export async function createNetwork({ run }: Steps, attempt = 0) {
  await run('createServiceLinkedRoles');
  const { vpcId } = await run('createVpc', {}, { attempt });
  const { internetGatewayId } = await run('createInternetGateway', { vpcId }, { attempt });
  const { subnetIds } = await run('createSubnets', { vpcId });
  const { natAddresses } = await run('createNatGateways', { subnetIds }, { attempt });
  const { securityGroupIds } = await run('createSecurityGroups', { vpcId, natAddresses });
  const { endpoint } = await run('createLoadBalancer', { vpcId, subnetIds, securityGroupIds });
  const { routeTableIds } = await run('createRouteTables', { vpcId, internetGatewayId, subnetIds });
  await run('createEndpoints', { vpcId, subnetIds, routeTableIds, securityGroupIds });
  const { natGatewayIds } = await run('awaitNatGateways', { subnetIds });
  await run('createRoutes', { routeTableIds, natGatewayIds });
  return { vpcId, internetGatewayId, subnetIds, securityGroupIds, routeTableIds, natGatewayIds, endpoint };
}
