import { tableOf, type World, type Zone } from '../world.ts';
import { notFound } from './resourceTypes.ts';
import type { Visible } from './visibility.ts';

export interface SubnetRow extends Visible {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: Zone;
  readonly cidrBlock: string;
  readonly mapPublicIpOnLaunch: boolean;
  readonly privateDnsNameOptions: {
    readonly HostnameType: 'ip-name' | 'resource-name';
    readonly EnableResourceNameDnsARecord: boolean;
  };
}

export const subnets = tableOf<SubnetRow>('ec2.subnets');

/** The subnet of this id, or what EC2 answers without one. */
export function subnetOf(world: World, subnetId: string): SubnetRow {
  const subnet = subnets(world).get(subnetId);
  if (!subnet) throw notFound('subnet', subnetId);
  return subnet;
}

export function subnetsOfVpc(world: World, vpcId: string): SubnetRow[] {
  return [...subnets(world).rows()].filter((subnet) => subnet.vpcId === vpcId);
}
