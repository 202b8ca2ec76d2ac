import { beginLoad } from '../load/beginLoad.ts';
import { problemsOf, tableOf, type Verdict } from '../load/verdict.ts';
import { inNode, masters } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';
import { changeApiAttributes, healthyApiServers } from '../support/targetGroup.ts';
import { pause, until } from '../support/world.ts';

/** What a target group of AWS does by default (source: ELBv2 API reference, TargetGroupAttribute). */
const awsDefaults = {
  'target_health_state.unhealthy.connection_termination.enabled': 'true',
  'target_health_state.unhealthy.draining_interval_seconds': '0',
  'deregistration_delay.timeout_seconds': '300',
  'deregistration_delay.connection_termination.enabled': 'false',
};

/** Before the change and after it, so that both are compared with it. */
const quietSeconds = 10;
/** Longer than the unit's TimeoutStopSec. */
const restartSeconds = 240;

/** Restarts one API server after the other as their unit does it, while the cluster is used; what became of that. */
async function restartUnderLoad(restarted: readonly string[]): Promise<Verdict> {
  await until('the balancer finds all API servers healthy', 120, allHealthy);
  const load = await beginLoad();
  await pause(quietSeconds);
  for (const master of restarted) {
    await inNode(master, 'systemctl restart kube-apiserver', restartSeconds);
    await until(`the balancer finds ${master} healthy again`, 120, allHealthy);
  }
  await pause(quietSeconds);
  const verdict = await load.end();
  console.log(tableOf(verdict));
  return verdict;
}

const allHealthy = async (): Promise<true | undefined> => ((await healthyApiServers()) === 3 ? true : undefined);

onMachines('an API server that restarts while everybody uses the cluster', () => {
  test('is noticed by nobody', async () => {
    const [master = ''] = await masters();
    const verdict = await restartUnderLoad([master]);
    expect(problemsOf(verdict)).toEqual([]);
  }, 600_000);

  test('fails requests where the balancer has the attributes that AWS sets by default, and loses no write even there', async () => {
    const [, master = ''] = await masters();
    const own = await changeApiAttributes(awsDefaults);
    try {
      const verdict = await restartUnderLoad([master]);
      expect(problemsOf(verdict)).not.toEqual([]);
      expect(verdict.api.raw.resets).toBeGreaterThan(0);
      expect(verdict.api.calls.failed).toBeGreaterThan(0);
      expect(verdict.api.lost).toEqual([]);
    } finally {
      await changeApiAttributes(own);
    }
  }, 600_000);
});
