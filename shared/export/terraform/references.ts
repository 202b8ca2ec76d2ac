import type { Blueprint } from '../../blueprint/blueprint.ts';
import { attribute, nameOf, type Template } from './syntax.ts';

/** How the other files name the VPC: the cluster's own, or one that is only read. */
export const vpc = ({ vpc: { kind } }: Blueprint, of = 'id'): Template =>
  kind === 'created' ? attribute('aws_vpc', 'vpc_main', of) : attribute('data.aws_vpc', 'vpc_existing', of);

/** The subnet of this key: the cluster's own, or one that is only read. */
export function subnet({ subnets }: Blueprint, key: string): Template {
  const isTheirs = subnets.some((one) => one.key === key && one.existingSubnetId !== undefined);
  return attribute(isTheirs ? 'data.aws_subnet' : 'aws_subnet', nameOf('subnet', key), 'id');
}

export const routeTable = (key: string): Template => attribute('aws_route_table', nameOf('route-table', key), 'id');

export const securityGroup = (key: string): Template =>
  attribute('aws_security_group', nameOf('security-group', key), 'id');

export const role = (key: string, of: 'name' | 'arn' = 'name'): Template =>
  attribute('aws_iam_role', nameOf('role', key), of);

export const volumesKey: Template = attribute('aws_kms_key', nameOf('key', 'volumes'), 'arn');
