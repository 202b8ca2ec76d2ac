import type { Blueprint } from '../../blueprint/blueprint.ts';
import { role, routeTable, securityGroup, subnet, vpc } from './references.ts';
import { attribute, nameOf, type Value } from './syntax.ts';

/** What other stacks read, under the names that kops gives to its outputs (source: kops, pkg/model, terraform outputs). */
export function outputsOf(blueprint: Blueprint): Readonly<Record<string, Value>> {
  const { cluster, subnets, routeTables, nodeGroups, slots } = blueprint;
  const nodeSubnets = [...new Set(nodeGroups.flatMap(({ subnetKeys }) => subnetKeys))];
  const masterSubnets = [...new Set(slots.filter(({ role: of }) => of === 'master').map(({ subnetKey }) => subnetKey))];
  return {
    cluster_name: cluster.name,
    region: cluster.region,
    vpc_id: vpc(blueprint),
    vpc_cidr_block: vpc(blueprint, 'cidr_block'),
    node_subnet_ids: nodeSubnets.map((key) => subnet(blueprint, key)),
    master_subnet_ids: masterSubnets.map((key) => subnet(blueprint, key)),
    node_security_group_ids: [securityGroup('workers')],
    master_security_group_ids: [securityGroup('masters')],
    node_autoscaling_group_ids: nodeGroups.map(({ name }) =>
      attribute('aws_autoscaling_group', nameOf('auto-scaling-group', name), 'id'),
    ),
    masters_role_arn: role('master', 'arn'),
    masters_role_name: role('master'),
    nodes_role_arn: role('worker', 'arn'),
    nodes_role_name: role('worker'),
    api_load_balancer_dns_name: attribute('aws_lb', nameOf('load-balancer', blueprint.loadBalancer.key), 'dns_name'),
    ...Object.fromEntries(subnets.map(({ key }) => [`subnet_${key}_id`, subnet(blueprint, key)])),
    ...Object.fromEntries(routeTables.map(({ key }) => [`route_table_${key}_id`, routeTable(key)])),
  };
}
