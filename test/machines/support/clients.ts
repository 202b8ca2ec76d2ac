import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { environmentOf } from '../../../local/serve/clientEnvironment.ts';
import type { TestWorld } from './world.ts';

/** Clients of AWS for a world that is served, created each time: its process may be another by now. */
export function clientsOf({ folder }: TestWorld) {
  const environment = environmentOf(folder);
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = environment ?? {};
  if (!AWS_ENDPOINT_URL || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw new Error(`Nobody serves the world in ${folder}.`);
  const settings = {
    region: 'us-east-1',
    endpoint: AWS_ENDPOINT_URL,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  };
  return {
    autoScaling: new AutoScalingClient(settings),
    ec2: new EC2Client(settings),
    balancers: new ElasticLoadBalancingV2Client(settings),
    stateMachines: new SFNClient(settings),
    storage: new S3Client({ ...settings, forcePathStyle: true }),
  };
}
