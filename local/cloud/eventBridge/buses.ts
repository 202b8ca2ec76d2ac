import { AwsError } from '../errors.ts';
import { defineResourcePolicies } from '../iam/resourcePolicies.ts';
import { arnOf, tableOf, type World } from '../world.ts';

/** An event bus of the account's own making; the default bus is always there. */
export interface Bus {
  readonly name: string;
  readonly createdAt: number;
  readonly description?: string;
  readonly policy?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export const buses = tableOf<Bus>('events.buses');

export const defaultBus = 'default';

defineResourcePolicies('events', (world, access) => {
  const name = access.resource.split(':event-bus/')[1];
  const document = name === undefined ? undefined : findBus(world, name)?.policy;
  return document === undefined ? undefined : { document };
});

export function findBus(world: World, nameOrArn: string): Bus | undefined {
  const name = busNameOf(nameOrArn);
  return buses(world).get(name) ?? (name === defaultBus ? { name, createdAt: 0, tags: {} } : undefined);
}

/** The bus of this name or ARN, or AWS's ResourceNotFoundException. */
export function busNamed(world: World, nameOrArn: string | undefined): Bus {
  const bus = findBus(world, nameOrArn ?? defaultBus);
  if (!bus) {
    throw new AwsError('ResourceNotFoundException', `Event bus ${busNameOf(nameOrArn ?? '')} does not exist.`);
  }
  return bus;
}

export function busNameOf(nameOrArn: string): string {
  return nameOrArn.split(':event-bus/')[1] ?? nameOrArn;
}

export function busArn(world: World, nameOrArn: string): string {
  return arnOf(world, 'events', `event-bus/${busNameOf(nameOrArn)}`);
}
