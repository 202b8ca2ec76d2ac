import { type InstanceRow, instanceState, instances } from '../../../local/cloud/ec2/instances.ts';
import { tagsOf } from '../../../local/cloud/ec2/tags.ts';
import { isActive, loadBalancers } from '../../../local/cloud/elasticLoadBalancing/loadBalancers.ts';
import { targetGroups } from '../../../local/cloud/elasticLoadBalancing/targetGroups.ts';
import { targetHealth } from '../../../local/cloud/elasticLoadBalancing/targetHealth.ts';
import { targetsOf } from '../../../local/cloud/elasticLoadBalancing/targets.ts';
import { machines } from '../../../local/machines/simulated/machineRows.ts';
import type { TestAccount } from '../embeddedWorld.ts';

/** What keeps the demo cluster of this id from being ready: three masters and three workers over three zones, all ready and reached. */
export async function clusterStands(account: TestAccount, clusterId: string): Promise<string[]> {
  return [
    ...machineProblems(account, clusterId),
    ...balancerProblems(account, clusterId),
    ...(await recordProblems(account, clusterId)),
  ];
}

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** The running machines of a cluster. */
export function runningMachines({ world }: TestAccount, clusterId: string): InstanceRow[] {
  return [...instances(world).rows()].filter(
    (row) => instanceState(world, row) === 'running' && tagsOf(world, row.instanceId)['kubestep/cluster'] === clusterId,
  );
}

function machineProblems(account: TestAccount, clusterId: string): string[] {
  const running = runningMachines(account, clusterId);
  const places = running.map(({ groupName, zone }) => `${groupName === undefined ? 'master' : 'worker'} in ${zone}`);
  const expected = zones.flatMap((zone) => [`master in ${zone}`, `worker in ${zone}`]);
  const misplaced =
    JSON.stringify(places.sort()) === JSON.stringify(expected.sort()) ? [] : [`machines: ${places.join(', ')}`];
  const unready = running.flatMap(({ instanceId }) => {
    const machine = machines(account.world).get(instanceId);
    return machine?.nodeReadySince === undefined ? [`${instanceId} is not ready: ${machine?.waitsFor}`] : [];
  });
  return [...misplaced, ...unready];
}

function balancerProblems({ world }: TestAccount, clusterId: string): string[] {
  const balancer = [...loadBalancers(world).rows()].find(({ name }) => name === `${clusterId}-api`);
  const group = [...targetGroups(world).rows()].find(({ name }) => name === `${clusterId}-api`);
  if (!balancer || !isActive(world, balancer) || !group) return ['no active load balancer'];
  const states = targetsOf(world, group.arn).map((target) => targetHealth(world, group, target).State);
  return states.join() === 'healthy,healthy,healthy' ? [] : [`targets: ${states.join()}`];
}

async function recordProblems(account: TestAccount, clusterId: string): Promise<string[]> {
  const { body } = await account.ask('GET', `/clusters/${clusterId.replace(/-[a-z0-9]+$/, '')}`);
  const record = body.cluster ?? body;
  const right =
    record.clusterId === clusterId && record.status === 'active' && /^https:\/\/.+:\d+$/.test(record.endpoint ?? '');
  return right ? [] : [`record: ${JSON.stringify(body)}`];
}
