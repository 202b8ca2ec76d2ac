import { arnOf } from '../../cloud/world.ts';
import { administratorCalls } from '../administrator.ts';
import type { Deployer } from '../deploy.ts';

export const deployEventBus: Deployer = async (resource, cloud) => {
  const Name = String(resource.properties['Name']);
  if (!resource.existing) await administratorCalls(cloud, 'events')('CreateEventBus', { Name });
  return { ref: Name, attributes: { Arn: arnOf(cloud.world, 'events', `event-bus/${Name}`), Name } };
};

export const deployEventBusPolicy: Deployer = async (resource, cloud) => {
  const { EventBusName, StatementId, Statement } = resource.properties;
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: StatementId, ...(Statement as object) }] });
  await administratorCalls(cloud, 'events')('PutPermission', { EventBusName, Policy });
  return { ref: `${EventBusName}|${StatementId}`, attributes: {} };
};

export const deployRule: Deployer = async (resource, cloud) => {
  const { Name: given, EventBusName, EventPattern, State, Targets = [] } = resource.properties;
  const Name = resource.existing?.ref ?? String(given ?? `kubestep-${resource.logicalId}`).slice(0, 64);
  const call = administratorCalls(cloud, 'events');
  await call('PutRule', { Name, EventBusName, EventPattern: JSON.stringify(EventPattern), State });
  await call('PutTargets', { Rule: Name, EventBusName, Targets });
  // A rule of the default bus is named without its bus.
  const path = EventBusName === undefined ? Name : `${EventBusName}/${Name}`;
  return { ref: Name, attributes: { Arn: arnOf(cloud.world, 'events', `rule/${path}`) } };
};

export const deployScheduleGroup: Deployer = async (resource, cloud) => {
  const Name = String(resource.properties['Name']);
  if (!resource.existing) await administratorCalls(cloud, 'scheduler')('CreateScheduleGroup', { Name });
  return { ref: Name, attributes: { Arn: arnOf(cloud.world, 'scheduler', `schedule-group/${Name}`) } };
};
