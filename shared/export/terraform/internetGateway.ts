import type { Blueprint } from '../../blueprint/blueprint.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { idIn, type Observation } from './observation.ts';
import { vpc } from './references.ts';
import type { Part } from './syntax.ts';

/** The way to the internet of the public subnets. */
export function internetGatewayPart(blueprint: Blueprint, observed: Observation): Part {
  const { cluster, internetGateway } = blueprint;
  if (internetGateway === undefined) return {};
  return {
    resources: [
      {
        type: 'aws_internet_gateway',
        name: 'internet_gateway_main',
        id: idIn(observed, 'internet-gateway/main'),
        values: { vpc_id: vpc(blueprint), tags: tagsOf(cluster, 'internet-gateway', internetGateway.key) },
      },
    ],
  };
}
