import { nowOf, type World } from '../world.ts';
import { parseExpression } from './expressions.ts';
import { putSchedule, type Schedule } from './schedules.ts';

export const fireKind = 'scheduler.fire';

export interface Firing {
  readonly group: string;
  readonly name: string;
  /** When it is due. */
  readonly at: number;
}

/** Plans the schedule's next firing after `after`, in place of the one that was planned; answers it as it is now. */
export function planNext(world: World, schedule: Schedule, after: number): Schedule {
  const { job, ...planned } = schedule;
  if (job !== undefined) world.jobs.cancel(job);
  const from = Math.max(after, (schedule.startsAt ?? 0) - 1);
  const next = parseExpression(schedule.expression, schedule.timeZone, schedule.startsAt ?? schedule.createdAt)(from);
  const isDue = schedule.enabled && next !== undefined && next <= (schedule.endsAt ?? next);
  if (!isDue) {
    putSchedule(world, planned);
    return planned;
  }
  const firing: Firing = { group: schedule.group, name: schedule.name, at: next };
  const changed = { ...planned, job: world.jobs.schedule(fireKind, Math.max(0, next - nowOf(world)), firing) };
  putSchedule(world, changed);
  return changed;
}
