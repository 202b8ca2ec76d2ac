import * as z from 'zod';
import { operation } from '../operation.ts';
import { nowOf } from '../world.ts';
import { accessTo, accessToAll } from './access.ts';
import { describeInput, describeRows } from './describe.ts';
import { deletedJob, isShown, natGatewayOf, natGatewayState, natGateways, shownNatGateway } from './natGateways.ts';

const { Filters: FilterInput, ...pagingInput } = describeInput;

export const DescribeNatGateways = operation({
  // The parameter is called Filter here, unlike everywhere else in EC2.
  input: z.strictObject({ NatGatewayIds: z.array(z.string()).optional(), Filter: FilterInput, ...pagingInput }),
  access: (world) => accessToAll(world, 'DescribeNatGateways'),
  run: (world, { Filter, ...input }) => {
    const { rows, nextToken } = describeRows(world, {
      operation: 'DescribeNatGateways',
      type: 'natgateway',
      table: natGateways(world),
      ids: input.NatGatewayIds,
      request: { ...input, Filters: Filter },
      idOf: (row) => row.natGatewayId,
      shown: (row) => isShown(world, row),
      fields: {
        'nat-gateway-id': (row) => row.natGatewayId,
        'vpc-id': (row) => row.vpcId,
        'subnet-id': (row) => row.subnetId,
        state: (row, at) => natGatewayState(at, row),
      },
    });
    return { NatGateways: rows.map((row) => shownNatGateway(world, row)), NextToken: nextToken };
  },
});

export const DeleteNatGateway = operation({
  input: z.strictObject({ NatGatewayId: z.string() }),
  access: (world, { NatGatewayId }) => [accessTo(world, 'DeleteNatGateway', NatGatewayId)],
  run: (world, { NatGatewayId: natGatewayId }) => {
    const row = natGatewayOf(world, natGatewayId);
    if (row.deletion) return { NatGatewayId: natGatewayId };
    natGateways(world).put(natGatewayId, { ...row, deletion: { requestedAt: nowOf(world), done: false } });
    world.jobs.schedule(deletedJob, world.delays.of('natGatewayDeleted'), natGatewayId);
    return { NatGatewayId: natGatewayId };
  },
});
