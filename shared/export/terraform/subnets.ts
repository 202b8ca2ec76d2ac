import type { Blueprint } from '../../blueprint/blueprint.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { idIn, type Observation } from './observation.ts';
import { vpc } from './references.ts';
import { nameOf, type Part } from './syntax.ts';

/** The subnets; those of somebody else's VPC are only read. */
export function subnetsPart(blueprint: Blueprint, observed: Observation): Part {
  const { cluster, subnets } = blueprint;
  return {
    resources: subnets
      .filter(({ existingSubnetId }) => existingSubnetId === undefined)
      .map(({ key, zone, cidr, tags }) => ({
        type: 'aws_subnet',
        name: nameOf('subnet', key),
        id: idIn(observed, `subnet/${key}`),
        values: {
          vpc_id: vpc(blueprint),
          availability_zone: zone,
          cidr_block: cidr,
          map_public_ip_on_launch: false,
          tags: tagsOf(cluster, 'subnet', key, tags),
        },
      })),
    data: subnets.flatMap(({ key, existingSubnetId }) =>
      existingSubnetId === undefined
        ? []
        : [{ type: 'aws_subnet', name: nameOf('subnet', key), values: { id: existingSubnetId } }],
    ),
  };
}
