import { DeleteScheduleCommand, paginateListSchedules } from '@aws-sdk/client-scheduler';
import { scheduler } from '../clients/scheduler.ts';
import { together } from '../together.ts';
import { removed } from './errors.ts';
import { idOf } from './ids.ts';

/**
 * Deletes the cluster's schedules in the deployment's group, and returns how many there were. Their names begin with the
 * cluster's id and a dot, which no id contains: `demo-x7k2p` is a beginning of `demo-x7k2p-9w4rt` too.
 */
export async function removeSchedules(clusterId: string, GroupName: string): Promise<number> {
  const found: string[] = [];
  for await (const page of paginateListSchedules({ client: scheduler }, { GroupName, NamePrefix: `${clusterId}.` })) {
    found.push(...(page.Schedules ?? []).map(({ Name }) => idOf(Name)));
  }
  await together(found, (Name) => removed(Name, scheduler.send(new DeleteScheduleCommand({ Name, GroupName }))));
  return found.length;
}
