import type { Blueprint, EndpointBlueprint } from '../../blueprint/blueprint.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { idIn, type Observation } from './observation.ts';
import { routeTable, securityGroup, subnet, vpc } from './references.ts';
import { type Arguments, nameOf, type Part } from './syntax.ts';

/** The private ways to services of AWS. */
export function endpointsPart(blueprint: Blueprint, observed: Observation): Part {
  const { cluster, endpoints } = blueprint;
  return {
    resources: endpoints.map((endpoint) => ({
      type: 'aws_vpc_endpoint',
      name: nameOf('endpoint', endpoint.key),
      id: idIn(observed, `endpoint/${endpoint.key}`),
      values: {
        vpc_id: vpc(blueprint),
        service_name: endpoint.service,
        ...placeOf(blueprint, endpoint),
        tags: tagsOf(cluster, 'endpoint', endpoint.key),
      },
    })),
  };
}

const placeOf = (blueprint: Blueprint, endpoint: EndpointBlueprint): Arguments =>
  endpoint.kind === 'gateway'
    ? { vpc_endpoint_type: 'Gateway', route_table_ids: endpoint.routeTableKeys.map(routeTable) }
    : {
        vpc_endpoint_type: 'Interface',
        subnet_ids: endpoint.subnetKeys.map((key) => subnet(blueprint, key)),
        security_group_ids: [securityGroup(endpoint.securityGroupKey)],
        private_dns_enabled: true,
      };
