import { defineAutoScalingJobs } from '../../../../local/cloud/autoScaling/groupJobs.ts';
import { membersOf } from '../../../../local/cloud/autoScaling/members.ts';
import { instanceState, instances } from '../../../../local/cloud/ec2/instances.ts';
import { defineEc2Jobs } from '../../../../local/cloud/ec2/service.ts';
import { durableJobs } from '../../../../local/cloud/jobs.ts';
import { type Change, Tables } from '../../../../local/cloud/tables.ts';
import type { World } from '../../../../local/cloud/world.ts';
import { testWorld } from '../../../support/testWorld.ts';
import { aGroup } from './groups.ts';

/** The world as a new process reads it from disk: JSON, and every job defined again. */
async function readBack(world: World): Promise<ReturnType<typeof testWorld>> {
  const tables = new Tables();
  tables.restore(JSON.parse(JSON.stringify([...world.tables.dump()])) as Change[]);
  const read = testWorld({ tables });
  await read.clock.advance({ milliseconds: world.clock.now() - read.clock.now() });
  const jobs = durableJobs(read.clock, tables, (kind, error) => void read.failedJobs.push({ kind, error }));
  const again = { ...read, jobs };
  defineEc2Jobs(again);
  defineAutoScalingJobs(again);
  jobs.resume();
  return again;
}

const running = (world: World) =>
  [...instances(world).rows()].filter((instance) => instanceState(world, instance) === 'running').length;

test.each([0, 4, 7, 12])(
  'a group continues where its process died, %i seconds after it was requested',
  async (seconds) => {
    const before = await aGroup({ DesiredCapacity: 6 });
    await before.world.clock.advance({ seconds });
    const after = await readBack(before.world);
    await after.clock.advance({ minutes: 1 });
    const members = [...membersOf(after, 'workers').rows()];
    expect(members.map(({ state }) => state)).toEqual(Array(6).fill('InService'));
    expect(running(after)).toBe(6);
    expect(after.failedJobs).toEqual([]);
  },
);
