import { tableOf, type World } from '../world.ts';
import { validationError } from './errors.ts';

/** One instance of a group, as Auto Scaling sees it. */
export interface MemberRow {
  readonly instanceId: string;
  readonly groupName: string;
  readonly zone: string;
  readonly instanceType: string;
  readonly market: 'on-demand' | 'spot';
  readonly template: { readonly id: string; readonly name: string; readonly version: string };
  readonly state: MemberState;
  readonly healthy: boolean;
  readonly protected: boolean;
  readonly launchedAt: number;
  /** The scaling activity that is under way for it. */
  readonly activity: string;
  /** Lifecycle actions that it waits for, by hook name. */
  readonly actions: Readonly<Record<string, LifecycleAction>>;
}

export type MemberState =
  | 'Pending'
  | 'Pending:Wait'
  | 'InService'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Terminating:Proceed';

export interface LifecycleAction {
  readonly token: string;
  readonly timeoutJob: string;
  /** However often the heartbeat is recorded, it ends here. */
  readonly latestEnd: number;
}

/** The members of one group, by instance id. */
export const membersOf = (world: World, groupName: string) =>
  tableOf<MemberRow>(`autoscaling.members/${groupName}`)(world);

/** Which group an instance belongs to. */
export const groupOfInstance = tableOf<string>('autoscaling.groupOfInstance');

export function findMember(world: World, instanceId: string): MemberRow | undefined {
  const groupName = groupOfInstance(world).get(instanceId);
  return groupName === undefined ? undefined : membersOf(world, groupName).get(instanceId);
}

/** The member of this instance id, or ValidationError. */
export function memberOf(world: World, instanceId: string): MemberRow {
  const member = findMember(world, instanceId);
  if (!member)
    throw validationError(`Instance Id not found - No managed instance found for instance ID: ${instanceId}`);
  return member;
}

export function putMember(world: World, member: MemberRow): MemberRow {
  membersOf(world, member.groupName).put(member.instanceId, member);
  groupOfInstance(world).put(member.instanceId, member.groupName);
  return member;
}

export function forgetMember(world: World, { instanceId, groupName }: MemberRow): void {
  membersOf(world, groupName).delete(instanceId);
  groupOfInstance(world).delete(instanceId);
}

export const isLeaving = ({ state }: MemberRow): boolean => state.startsWith('Terminating');

/** The members that count towards the desired capacity. */
export function stayingMembers(world: World, groupName: string): MemberRow[] {
  return [...membersOf(world, groupName).rows()].filter((member) => !isLeaving(member));
}
