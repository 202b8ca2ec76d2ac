import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Account, type Resource, tagsOf } from './resource.ts';

/** Load balancers, their listeners and what they send to. */
export async function loadBalancersIn(account: Account): Promise<Resource[]> {
  const client = new elb.ElasticLoadBalancingV2Client(account);
  return [...(await loadBalancers(client)), ...(await targetGroups(client))];
}

async function tagsAt(client: elb.ElasticLoadBalancingV2Client, arn: string): Promise<Record<string, string>> {
  const { TagDescriptions = [] } = await client.send(new elb.DescribeTagsCommand({ ResourceArns: [arn] }));
  return tagsOf(TagDescriptions[0]?.Tags);
}

type Attributes = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

const byKey = (attributes: Attributes = []) => Object.fromEntries(attributes.map(({ Key, Value }) => [Key, Value]));

async function loadBalancers(client: elb.ElasticLoadBalancingV2Client): Promise<Resource[]> {
  const { LoadBalancers = [] } = await client.send(new elb.DescribeLoadBalancersCommand({}));
  const found: Resource[] = [];
  for (const { LoadBalancerArn = '', ...balancer } of LoadBalancers) {
    const attributes = await client.send(new elb.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
    found.push({
      type: 'load-balancer',
      id: LoadBalancerArn,
      tags: await tagsAt(client, LoadBalancerArn),
      properties: {
        LoadBalancerName: balancer.LoadBalancerName,
        Type: balancer.Type,
        Scheme: balancer.Scheme,
        State: balancer.State?.Code,
        VpcId: balancer.VpcId,
        Subnets: balancer.AvailabilityZones?.map(({ SubnetId }) => SubnetId),
        SecurityGroups: balancer.SecurityGroups,
        Attributes: byKey(attributes.Attributes),
      },
    });
    const { Listeners = [] } = await client.send(new elb.DescribeListenersCommand({ LoadBalancerArn }));
    for (const { ListenerArn = '', Port, Protocol, DefaultActions } of Listeners)
      found.push({
        type: 'listener',
        id: ListenerArn,
        tags: await tagsAt(client, ListenerArn),
        properties: {
          LoadBalancerArn,
          Port,
          Protocol,
          DefaultActions: DefaultActions?.map(({ Type, TargetGroupArn }) => ({ Type, TargetGroupArn })),
        },
      });
  }
  return found;
}

async function targetGroups(client: elb.ElasticLoadBalancingV2Client): Promise<Resource[]> {
  const { TargetGroups = [] } = await client.send(new elb.DescribeTargetGroupsCommand({}));
  return Promise.all(
    TargetGroups.map(async ({ TargetGroupArn = '', ...group }) => {
      const attributes = await client.send(new elb.DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
      const health = await client.send(new elb.DescribeTargetHealthCommand({ TargetGroupArn }));
      return {
        type: 'target-group',
        id: TargetGroupArn,
        tags: await tagsAt(client, TargetGroupArn),
        properties: {
          TargetGroupName: group.TargetGroupName,
          Protocol: group.Protocol,
          Port: group.Port,
          VpcId: group.VpcId,
          TargetType: group.TargetType,
          HealthCheck: [
            group.HealthCheckProtocol,
            group.HealthCheckPort,
            group.HealthCheckPath,
            group.HealthCheckIntervalSeconds,
            group.HealthCheckTimeoutSeconds,
            group.HealthyThresholdCount,
            group.UnhealthyThresholdCount,
          ],
          Attributes: byKey(attributes.Attributes),
          Targets: health.TargetHealthDescriptions?.map(({ Target }) => `${Target?.Id}:${Target?.Port}`),
        },
      };
    }),
  );
}
