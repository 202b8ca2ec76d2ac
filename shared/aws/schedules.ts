import { DeleteScheduleCommand, paginateListSchedules } from '@aws-sdk/client-scheduler';
import { scheduler } from './clients/scheduler.ts';
import { removed } from './errors.ts';
import { idOf } from './ids.ts';
import { together } from './together.ts';

/** Deletes the cluster's schedules, whose names begin with its id, and returns how many there were. */
export async function removeSchedules(clusterId: string): Promise<number> {
  const found: { Name: string; GroupName: string | undefined }[] = [];
  for await (const page of paginateListSchedules({ client: scheduler }, { NamePrefix: `${clusterId}-` })) {
    found.push(...(page.Schedules ?? []).map(({ Name, GroupName }) => ({ Name: idOf(Name), GroupName })));
  }
  await together(found, (schedule) => removed(schedule.Name, scheduler.send(new DeleteScheduleCommand(schedule))));
  return found.length;
}
