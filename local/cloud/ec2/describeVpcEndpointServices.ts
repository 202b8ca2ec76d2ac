import type { ServiceDetail } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { accessToAll } from './access.ts';
import { type FilterFields, filtersInput, matcher } from './filters.ts';
import { pageOf } from './paging.ts';
import { hasPrivateName, interfaceServices, zonesWithoutService } from './vpcEndpointServices.ts';
import { gatewayServices, serviceIn } from './vpcEndpoints.ts';

interface ServiceRow {
  readonly name: string;
  readonly type: 'Gateway' | 'Interface';
}

/** s3 and dynamodb have both kinds, each a row of its own. */
const rowsIn = (world: World): readonly ServiceRow[] =>
  [
    ...gatewayServices.map((service) => ({ service, type: 'Gateway' as const })),
    ...[...interfaceServices].map((service) => ({ service, type: 'Interface' as const })),
  ].map(({ service, type }) => ({ name: `com.amazonaws.${world.region}.${service}`, type }));

const idOf = ({ name, type }: ServiceRow) => `${name}/${type}`;

const fields: FilterFields<ServiceRow> = {
  owner: () => 'amazon',
  'service-name': ({ name }) => name,
  'service-type': ({ type }) => type,
};

export const DescribeVpcEndpointServices = operation({
  input: z.strictObject({
    ServiceNames: z.array(z.string()).optional(),
    Filters: filtersInput,
    MaxResults: z.number().int().optional(),
    NextToken: z.string().optional(),
  }),
  access: (world) => accessToAll(world, 'DescribeVpcEndpointServices'),
  run: (world, request) => {
    const all = rowsIn(world);
    const missing = request.ServiceNames?.find((name) => !all.some((row) => row.name === name));
    if (missing !== undefined)
      throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${missing}' does not exist`);
    const matches = matcher(world, 'DescribeVpcEndpointServices', request.Filters, fields, idOf);
    const named = all.filter(({ name }) => request.ServiceNames?.includes(name) ?? true);
    const { rows, nextToken } = pageOf(named.filter(matches), request, idOf);
    return {
      ServiceNames: [...new Set(rows.map(({ name }) => name))],
      ServiceDetails: rows.map((row) => shownService(world, row)),
      NextToken: nextToken,
    };
  },
});

function shownService(world: World, { name, type }: ServiceRow): ServiceDetail {
  const service = serviceIn(world, name) ?? '';
  const without = zonesWithoutService(world).get(name)?.zones ?? [];
  const privateName = `${service.split('.').reverse().join('.')}.${world.region}.amazonaws.com`;
  const isNamed = type === 'Interface' && hasPrivateName(world, name);
  return {
    ServiceName: name,
    ServiceType: [{ ServiceType: type }],
    AvailabilityZones: world.zones.map((zone) => zone.name).filter((zone) => !without.includes(zone)),
    Owner: 'amazon',
    BaseEndpointDnsNames: [`${service}.${world.region}.vpce.amazonaws.com`],
    ...(isNamed && { PrivateDnsName: privateName, PrivateDnsNames: [{ PrivateDnsName: privateName }] }),
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    Tags: [],
  };
}
