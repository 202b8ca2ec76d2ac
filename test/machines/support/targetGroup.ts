import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { aws } from './cluster.ts';

const apiPort = 6443;

/** The group of the API servers. Balancers of Services have groups on other ports. */
export async function apiTargetGroup(): Promise<TargetGroup> {
  const { TargetGroups = [] } = await aws().balancers.send(new DescribeTargetGroupsCommand({}));
  const [group, ...others] = TargetGroups.filter(({ Port }) => Port === apiPort);
  if (!group || others.length > 0) throw new Error(`${TargetGroups.length} target groups, not one of them the API's`);
  return group;
}

/** How many of the API servers the balancer finds healthy. */
export async function healthyApiServers(): Promise<number> {
  const { TargetGroupArn } = await apiTargetGroup();
  const { TargetHealthDescriptions = [] } = await aws().balancers.send(
    new DescribeTargetHealthCommand({ TargetGroupArn }),
  );
  return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
}

type Attributes = Readonly<Record<string, string>>;

/** Gives the API's group other attributes; returns those that it had. */
export async function changeApiAttributes(changes: Attributes): Promise<Attributes> {
  const { TargetGroupArn } = await apiTargetGroup();
  const { balancers } = aws();
  const { Attributes = [] } = await balancers.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
  await balancers.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn,
      Attributes: Object.entries(changes).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  return Object.fromEntries(
    Attributes.flatMap(({ Key, Value }) => (Key !== undefined && Key in changes ? [[Key, Value ?? '']] : [])),
  );
}
