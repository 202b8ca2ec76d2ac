import * as z from 'zod';
import { cidr, endpointService, subnetId, vpcId } from './texts.ts';

const createdVpc = z
  .strictObject({
    cidr: cidr.describe('Range of the VPC that is made, /16 to /21. A /16 has room for 5,000 nodes in every zone'),
  })
  .describe('A VPC that kubestep makes and deletes with the cluster');

const existingVpc = z
  .strictObject({
    id: vpcId.describe('The VPC'),
    subnets: z
      .strictObject({
        private: z.array(subnetId).min(1).max(32).describe('One subnet or more for each zone; machines live here'),
        public: z.array(subnetId).max(32).default([]).describe('Needed only for a public API'),
      })
      .describe('Which of its subnets are used'),
  })
  .describe(
    'A VPC of yours: used, never changed or deleted. It must route to the internet (NAT) and not overlap the pods',
  );

const endpoints = z.strictObject({
  gateway: z
    .array(z.enum(['s3', 'dynamodb']))
    .optional()
    .describe('Free. Default: s3 in a VPC that kubestep makes; none in yours'),
  interface: z
    .array(endpointService)
    .max(30)
    .default([])
    .describe('Short names such as ecr.api, ssm; each costs by the hour and zone'),
});

/** `spec.network` */
export const network = z.strictObject({
  vpc: z
    .union([createdVpc, existingVpc])
    .prefault({ cidr: '10.0.0.0/16' })
    .describe('A VPC of its own, or one that exists'),
  podCIDR: cidr
    .default('100.96.0.0/11')
    .describe('Each node takes a /24 of it: a /11 has room for 8,192 nodes, a /16 for 256'),
  serviceCIDR: cidr
    .default('100.64.0.0/16')
    .describe('Addresses of Services, /12 to /24; the first is the API, the tenth DNS'),
  plugin: z.enum(['flannel', 'calico', 'routed']).default('flannel').describe('How pods reach each other'),
  calico: z
    .strictObject({
      mode: z.enum(['vxlan', 'bgp-cross-subnet']).default('vxlan').describe('How packets between nodes are wrapped'),
    })
    .optional()
    .describe('Only beside the plugin calico'),
  natGateways: z
    .enum(['perZone', 'single'])
    .default('perZone')
    .describe('perZone survives the loss of a zone; single costs a third and does not'),
  endpoints: endpoints.prefault({}).describe('Private ways to services of AWS'),
});
