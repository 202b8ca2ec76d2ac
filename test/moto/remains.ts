import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, ListInstanceProfilesCommand } from '@aws-sdk/client-iam';
import { KMSClient, ListAliasesCommand } from '@aws-sdk/client-kms';
import type { MotoServer } from './motoServer.ts';

/** Every resource of the account, tagged or not, by its id: what is there, past the product's own clients. */
export async function remains({ url: endpoint }: MotoServer): Promise<string[]> {
  const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };
  const options = { endpoint, region: 'us-east-1', credentials };
  const client = new ec2.EC2Client(options);
  const answers: object[] = [
    await client.send(new ec2.DescribeVpcsCommand({})),
    await client.send(new ec2.DescribeSubnetsCommand({})),
    await client.send(new ec2.DescribeAddressesCommand({})),
    await client.send(new ec2.DescribeRouteTablesCommand({})),
    await client.send(new ec2.DescribeInternetGatewaysCommand({})),
    await client.send(new ec2.DescribeLaunchTemplatesCommand({})),
    await client.send(new ec2.DescribeVolumesCommand({})),
    await client.send(new ec2.DescribeSecurityGroupsCommand({})),
    await new IAMClient(options).send(new ListInstanceProfilesCommand({})),
    await new KMSClient(options).send(new ListAliasesCommand({})),
    await new ElasticLoadBalancingV2Client(options).send(new DescribeLoadBalancersCommand({})),
    await new AutoScalingClient(options).send(new DescribeAutoScalingGroupsCommand({})),
  ];
  return answers.flatMap((answer) =>
    Object.entries(answer).flatMap(([kind, rows]) =>
      Array.isArray(rows) ? rows.map((row) => `${kind} ${JSON.stringify(row).slice(0, 200)}`) : [],
    ),
  );
}
