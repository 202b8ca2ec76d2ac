import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';

/** The region's Elastic Load Balancing, version 2. */
export const elasticLoadBalancing = new ElasticLoadBalancingV2Client({});
