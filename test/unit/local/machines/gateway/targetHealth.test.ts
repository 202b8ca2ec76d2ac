import { createVirtualClock } from '../../../../../local/clock/virtualClock.ts';
import type {
  BalancerConfiguration,
  TargetHealthChange,
} from '../../../../../local/machines/nspawn/gateway/gatewayConfiguration.ts';
import { matchesCodes } from '../../../../../local/machines/nspawn/gateway/healthCheck.ts';
import { TargetHealth } from '../../../../../local/machines/nspawn/gateway/targetHealth.ts';

const target = { address: '10.0.0.10', port: 6443, zone: 'a' };

function aBalancer({ zones = ['a'], crossZone = true, targets = [target] } = {}): BalancerConfiguration {
  const healthCheck = {
    protocol: 'TCP' as const,
    intervalSeconds: 10,
    timeoutSeconds: 5,
    healthyThreshold: 3,
    unhealthyThreshold: 2,
  };
  const connections = { preserveClientAddress: false, unhealthySeconds: 0, deregisteredSeconds: undefined };
  return {
    arn: 'balancer',
    nodes: zones.map((zone) => ({ address: `node-${zone}`, zone })),
    listeners: [{ port: 6443, group: { arn: 'group', crossZone, healthCheck, connections, targets } }],
  };
}

/** Health over a virtual clock; which node's checks pass, a test says. */
function aHealth() {
  const clock = createVirtualClock({ startsAt: 0 });
  const changes: TargetHealthChange[] = [];
  const passing = new Set<string>();
  const checks: string[] = [];
  const health = new TargetHealth(
    clock,
    (change) => changes.push(change),
    async (_, { nodeAddress }) => {
      checks.push(nodeAddress);
      return passing.has(nodeAddress);
    },
  );
  const isHealthy = (node = 'node-a') => {
    const [listener] = aBalancer().listeners;
    return listener && health.isHealthy(node, listener.group, target);
  };
  return { clock, changes, passing, checks, health, isHealthy };
}

test('a new target is healthy after its first check', async () => {
  const { clock, passing, health, isHealthy, changes } = aHealth();
  passing.add('node-a');
  health.configure([aBalancer()]);
  await clock.advance({ seconds: 1 });
  expect(isHealthy()).toBe(true);
  expect(changes).toEqual([{ targetGroupArn: 'group', address: '10.0.0.10', port: 6443, serving: true, since: 0 }]);
});

test('a target that stops answering is unhealthy after two checks, and reported once', async () => {
  const { clock, passing, health, isHealthy, changes } = aHealth();
  passing.add('node-a');
  health.configure([aBalancer()]);
  await clock.advance({ seconds: 5 });
  passing.clear();
  await clock.advance({ seconds: 10 });
  expect(isHealthy()).toBe(true);
  await clock.advance({ seconds: 30 });
  expect(isHealthy()).toBe(false);
  expect(changes.slice(1)).toMatchObject([{ serving: false, since: 10_000 }]);
});

test('a target that failed serves from its first passed check and is healthy after three', async () => {
  const { clock, passing, health, isHealthy, changes } = aHealth();
  health.configure([aBalancer()]);
  await clock.advance({ seconds: 15 });
  expect(isHealthy()).toBe(false);
  passing.add('node-a');
  await clock.advance({ seconds: 20 });
  expect(changes.at(-1)).toMatchObject({ serving: true, since: 20_000 });
  expect(isHealthy()).toBe(false);
  await clock.advance({ seconds: 10 });
  expect(isHealthy()).toBe(true);
});

test('a target serves as long as one node gets through to it', async () => {
  const { clock, passing, health, changes, isHealthy } = aHealth();
  passing.add('node-a').add('node-b');
  health.configure([aBalancer({ zones: ['a', 'b'] })]);
  await clock.advance({ seconds: 5 });
  passing.delete('node-a');
  await clock.advance({ seconds: 30 });
  expect([isHealthy('node-a'), isHealthy('node-b')]).toEqual([false, true]);
  expect(changes).toHaveLength(1);
});

test('without cross-zone balancing a node checks the targets of its zone only', async () => {
  const { clock, health, checks } = aHealth();
  health.configure([aBalancer({ zones: ['a', 'b'], crossZone: false })]);
  await clock.advance({ seconds: 5 });
  expect(new Set(checks)).toEqual(new Set(['node-a']));
});

test('a deregistered target no longer serves; registered again, it is reported again', async () => {
  const { clock, passing, health, changes } = aHealth();
  passing.add('node-a');
  health.configure([aBalancer()]);
  await clock.advance({ seconds: 5 });
  health.configure([aBalancer({ targets: [] })]);
  expect(changes.at(-1)).toMatchObject({ serving: false, since: 5_000 });
  health.configure([aBalancer()]);
  await clock.advance({ seconds: 1 });
  expect(changes.at(-1)).toMatchObject({ serving: true, since: 5_000 });
  expect(changes).toHaveLength(3);
});

test('a configuration that says the same again disturbs no check', async () => {
  const { clock, passing, health, checks } = aHealth();
  passing.add('node-a');
  for (let second = 0; second < 20; second += 1) {
    health.configure([aBalancer()]);
    await clock.advance({ seconds: 1 });
  }
  // At 0, 10 and 20 seconds.
  expect(checks).toHaveLength(3);
});

test.each([
  ['200', 200, true],
  ['200', 201, false],
  ['200,204', 204, true],
  ['200-399', 302, true],
  ['200-399', 400, false],
])('the codes %s and the status %d: %s', (codes, status, matches) => {
  expect(matchesCodes(codes, status)).toBe(matches);
});
