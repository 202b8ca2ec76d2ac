import type { Blueprint } from '../../blueprint/blueprint.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { idIn, type Observation } from './observation.ts';
import type { Part } from './syntax.ts';

/** The VPC; one that somebody else owns is only read. */
export function vpcPart({ cluster, vpc }: Blueprint, observed: Observation): Part {
  if (vpc.kind === 'existing') {
    return {
      data: [{ type: 'aws_vpc', name: 'vpc_existing', values: { id: vpc.vpcId } }],
      leftOut: [
        {
          what: `${vpc.vpcId}, its subnets, gateways and route tables`,
          reason: 'belong to somebody else: they are read as data and never changed',
        },
      ],
    };
  }
  return {
    resources: [
      {
        type: 'aws_vpc',
        name: 'vpc_main',
        id: idIn(observed, 'vpc/main'),
        values: {
          cidr_block: vpc.cidr,
          enable_dns_support: true,
          enable_dns_hostnames: true,
          tags: tagsOf(cluster, 'vpc', vpc.key),
          lifecycle: { prevent_destroy: true },
        },
      },
    ],
  };
}
