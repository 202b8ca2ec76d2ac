import type { Blueprint } from '../../blueprint/blueprint.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { idIn, type Observation } from './observation.ts';
import { subnet } from './references.ts';
import { attribute, nameOf, type Part } from './syntax.ts';

/** The NAT gateways, each with its address. */
export function natGatewaysPart(blueprint: Blueprint, observed: Observation): Part {
  const { cluster, natGateways } = blueprint;
  return {
    resources: natGateways.flatMap(({ key, subnetKey }) => [
      {
        type: 'aws_eip',
        name: nameOf('elastic-ip', key),
        id: idIn(observed, `elastic-ip/${key}`),
        values: { domain: 'vpc', tags: tagsOf(cluster, 'elastic-ip', key) },
      },
      {
        type: 'aws_nat_gateway',
        name: nameOf('nat-gateway', key),
        id: idIn(observed, `nat-gateway/${key}`),
        values: {
          connectivity_type: 'public',
          allocation_id: attribute('aws_eip', nameOf('elastic-ip', key), 'allocation_id'),
          subnet_id: subnet(blueprint, subnetKey),
          tags: tagsOf(cluster, 'nat-gateway', key),
        },
      },
    ]),
  };
}
