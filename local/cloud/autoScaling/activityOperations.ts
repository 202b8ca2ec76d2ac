import * as z from 'zod';
import { operation } from '../operation.ts';
import { type ActivityRow, activitiesOf, shownActivity } from './activities.ts';
import { validationError } from './errors.ts';
import { accessToAll } from './groupAccess.ts';
import { groupOf, groups } from './groups.ts';
import { pageInput, pageOf } from './paging.ts';

/** Source: Auto Scaling API reference, DescribeScalingActivities: 100 records by default. */
const pages = { usual: 100, most: 100 };

export const DescribeScalingActivities = operation({
  input: z.strictObject({
    ...pageInput,
    AutoScalingGroupName: z.string().optional(),
    ActivityIds: z.array(z.string()).optional(),
  }),
  access: () => accessToAll('DescribeScalingActivities'),
  run: (world, request) => {
    const { AutoScalingGroupName: name, ActivityIds } = request;
    const names =
      name === undefined ? [...groups(world).rows()].map((group) => group.name) : [groupOf(world, name).name];
    const all = names.flatMap((each) => [...activitiesOf(world, each).rows()]);
    const wanted = ActivityIds?.length ? ActivityIds.map((id) => namedActivity(all, id)) : all;
    const { rows, nextToken } = pageOf(wanted, request, newestFirst, pages);
    return { Activities: rows.map((row) => shownActivity(world, row)), NextToken: nextToken };
  },
});

function namedActivity(all: readonly ActivityRow[], id: string): ActivityRow {
  const found = all.find(({ activityId }) => activityId === id);
  if (!found) throw validationError(`Activity ${id} not found`);
  return found;
}

/** A key that grows as activities get older. */
function newestFirst({ startedAt, number, groupName }: ActivityRow): string {
  return [String(1e15 - startedAt), String(1e9 - number).padStart(10, '0'), groupName].join('/');
}
