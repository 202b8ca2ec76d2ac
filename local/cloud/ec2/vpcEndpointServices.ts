import { tableOf, type World } from '../world.ts';
import { serviceIn } from './vpcEndpoints.ts';

/**
 * Services with interface endpoints, by the part of their name behind the region: what clusters use, of some hundreds (source:
 * AWS PrivateLink guide, "AWS services that integrate with AWS PrivateLink").
 */
export const interfaceServices: ReadonlySet<string> = new Set([
  'autoscaling',
  'dynamodb',
  'ec2',
  'ec2messages',
  'ecr.api',
  'ecr.dkr',
  'elasticloadbalancing',
  'events',
  'execute-api',
  'kms',
  'lambda',
  'logs',
  'monitoring',
  's3',
  'scheduler',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'ssmmessages',
  'states',
  'sts',
]);

/** Source: DynamoDB Developer Guide, "AWS PrivateLink for DynamoDB": its endpoints have no private names. */
const withoutPrivateName: ReadonlySet<string> = new Set(['dynamodb']);

/** Zones in which AWS offers no endpoints of a service, by the service's full name: none but what a test puts here. */
export const zonesWithoutService = tableOf<{ readonly zones: readonly string[] }>('ec2.zonesWithoutService');

/** Whether AWS has interface endpoints of the service in this region. */
export const hasInterfaceEndpoints = (world: World, serviceName: string): boolean =>
  interfaceServices.has(serviceIn(world, serviceName) ?? '');

/** Whether clients in a VPC find the service's endpoint by the service's own name. */
export const hasPrivateName = (world: World, serviceName: string): boolean =>
  !withoutPrivateName.has(serviceIn(world, serviceName) ?? '');
