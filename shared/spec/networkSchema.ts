import * as z from 'zod';
import { cidr, endpointService, subnetId, vpcId } from './texts.ts';

const createdVpc = z
  .strictObject({
    cidr: cidr.describe('IPv4 range of the new VPC, /16 to /21. A /16 has room for 5,000 nodes in every zone'),
  })
  .describe('A new VPC, created and deleted with the cluster');

const existingVpc = z
  .strictObject({
    id: vpcId.describe('Id of the existing VPC'),
    subnets: z
      .strictObject({
        private: z
          .array(subnetId)
          .min(1)
          .max(32)
          .describe('Ids of the private subnets for machines, at least one per zone'),
        public: z
          .array(subnetId)
          .max(32)
          .default([])
          .describe('Ids of the public subnets for the load balancer; needed only for a public API'),
      })
      .describe('Subnets of the existing VPC to use'),
  })
  .describe(
    'An existing VPC: used, but never changed or deleted. It needs a route to the internet (NAT) and must not overlap the pod range',
  );

const endpoints = z.strictObject({
  gateway: z
    .array(z.enum(['s3', 'dynamodb']))
    .optional()
    .describe('Gateway endpoints, which cost nothing. Default: s3 in a new VPC, none in an existing one'),
  interface: z
    .array(endpointService)
    .max(30)
    .default([])
    .describe(
      'Interface endpoints by the short name of their service, such as ecr.api or ssm. Each costs by the hour in every zone',
    ),
});

/** `spec.network` */
export const network = z.strictObject({
  vpc: z
    .union([createdVpc, existingVpc])
    .prefault({ cidr: '10.0.0.0/16' })
    .describe('The VPC of the cluster: a new one, or an existing one'),
  podCIDR: cidr
    .default('100.96.0.0/11')
    .describe('IPv4 range of pods. Each node takes a /24 of it: a /11 has room for 8,192 nodes, a /16 for 256'),
  serviceCIDR: cidr
    .default('100.64.0.0/16')
    .describe('IPv4 range of Services, /12 to /24. The first address is the API, the tenth is DNS'),
  plugin: z
    .enum(['flannel', 'calico', 'routed'])
    .default('flannel')
    .describe(
      'How pods reach each other: flannel and calico by VXLAN, calico with network policies, routed by one VPC route per node',
    ),
  calico: z
    .strictObject({
      mode: z
        .enum(['vxlan', 'bgp-cross-subnet'])
        .default('vxlan')
        .describe(
          'Encapsulation between nodes. bgp-cross-subnet is refused today, because workers keep their source/destination check',
        ),
    })
    .optional()
    .describe('Settings of calico; allowed only with plugin calico'),
  natGateways: z
    .enum(['perZone', 'single'])
    .default('perZone')
    .describe(
      'perZone: one NAT gateway per zone, survives the loss of a zone. single: one for all zones, at a third of the price in three zones. Only for a new VPC',
    ),
  endpoints: endpoints.prefault({}).describe('VPC endpoints: private routes to AWS services'),
});
