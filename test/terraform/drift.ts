import { AutoScalingClient, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import {
  AuthorizeSecurityGroupIngressCommand,
  DeleteRouteCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { ServedDeployment } from './servedDeployment.ts';
import type { TerraformPlan } from './terraform.ts';

/** One change that somebody makes to a cluster behind everybody's back. */
export interface Drift {
  readonly what: string;
  make(): Promise<unknown>;
  /** How a deed of the next plan begins that shows it; undefined where this provider cannot see it. */
  readonly shownAs: string | undefined;
}

/** Five changes to a cluster with a VPC of its own, by the ids that a plan imported. */
export function driftsOf(plan: TerraformPlan, { client }: Pick<ServedDeployment, 'client'>): readonly Drift[] {
  const [ec2, autoScaling, iam] = [new EC2Client(client), new AutoScalingClient(client), new IAMClient(client)];
  const first = (type: string) => {
    const found = plan.resource_changes?.find((change) => change.type === type && change.change.importing);
    if (!found) throw new Error(`The plan imports no ${type}`);
    return { address: found.address, id: found.change.importing?.id ?? '' };
  };
  const [route, subnet, group, role] = ['aws_route', 'aws_subnet', 'aws_autoscaling_group', 'aws_iam_role'].map(first);
  const securityGroup = first('aws_security_group');
  const [RouteTableId, DestinationCidrBlock] = route?.id.split('_') ?? [];
  return [
    {
      what: 'a deleted route',
      make: () => ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock })),
      shownAs: `${route?.address} create`,
    },
    {
      what: 'a subnet that gives public addresses',
      make: () =>
        ec2.send(new ModifySubnetAttributeCommand({ SubnetId: subnet?.id, MapPublicIpOnLaunch: { Value: true } })),
      shownAs: `${subnet?.address} update map_public_ip_on_launch`,
    },
    {
      what: 'a node group that may grow further',
      make: () => autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group?.id, MaxSize: 60 })),
      shownAs: `${group?.address} update max_size`,
    },
    {
      what: 'a further policy of a machine role',
      make: () =>
        iam.send(
          new PutRolePolicyCommand({ RoleName: role?.id, PolicyName: 'further', PolicyDocument: everythingAllowed }),
        ),
      shownAs: `${role?.address.replace('aws_iam_role.', 'aws_iam_role_policies_exclusive.')} update policy_names`,
    },
    {
      what: 'a rule of somebody else in a security group',
      make: () =>
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: securityGroup.id,
            IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
          }),
        ),
      // Rules are resources by themselves, so that those of Kubernetes beside them are nobody's drift: the export names it instead.
      shownAs: undefined,
    },
  ];
}

const everythingAllowed = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
