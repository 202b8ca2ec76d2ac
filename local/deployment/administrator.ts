import type { Cloud } from '../cloud/cloud.ts';
import type { Principal } from '../cloud/principal.ts';
import type { World } from '../cloud/world.ts';

/** The person at the keyboard, who deployed the stack. */
export function administratorOf(world: World): Principal {
  return { kind: 'administrator', arn: `arn:aws:iam::${world.account}:user/operator` };
}

/** Calls a service in the administrator's name, as CloudFormation does for the person who deploys. */
export function administratorCalls(cloud: Cloud, service: string) {
  return (operation: string, input: Record<string, unknown>): Promise<unknown> =>
    cloud.call({ principal: administratorOf(cloud.world), service, operation, input });
}
