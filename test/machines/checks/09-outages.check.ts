import { inNode, masters, nodes, workers } from '../support/cluster.ts';
import { healthyMembers } from '../support/etcd.ts';
import { isReady } from '../support/kubectl.ts';
import { onMachines } from '../support/onMachines.ts';
import { ensureProbes, inProbe, probes } from '../support/probes.ts';
import { until } from '../support/world.ts';

const bootOf = (machine: string): Promise<string> => inNode(machine, 'cat /proc/sys/kernel/random/boot_id');

/** Documentation address of RFC 5737 (TEST-NET-3): nobody has it. */
const nowhere = '203.0.113.1';

/** The machine finds the Node API where nobody is; what it returns ends that. */
async function withoutNodeApi(machine: string): Promise<() => Promise<unknown>> {
  const name = await inNode(
    machine,
    `grep --recursive --only-matching --no-filename --extended-regexp '[a-z0-9]+\\.execute-api\\.[a-z0-9-]+\\.amazonaws\\.com' /etc/kubestep | sort --unique | head -1`,
  );
  expect(name).toContain('.execute-api.');
  await inNode(machine, `echo '${nowhere} ${name.trim()}' >> /etc/hosts`);
  return () =>
    inNode(machine, `grep --invert-match '^${nowhere} ' /etc/hosts > /run/hosts; cat /run/hosts > /etc/hosts`);
}

async function reboot(machine: string): Promise<void> {
  const before = await bootOf(machine);
  // The machine goes down under the command.
  await inNode(machine, 'systemctl reboot').catch(() => '');
  await until(`${machine} has booted again`, 240, async () => ((await bootOf(machine)) === before ? undefined : true));
}

onMachines('while the Node API does not answer', () => {
  test('a worker that reboots is ready again, and its pods run', async () => {
    await ensureProbes();
    const [machine = ''] = await workers();
    const end = await withoutNodeApi(machine);
    try {
      await reboot(machine);
      await until('the node is ready', 180, async () =>
        (await nodes()).some((node) => node.metadata.name === machine && isReady(node)) ? true : undefined,
      );
      await until('its probe answers', 120, async () => {
        const own = (await probes()).find(({ node }) => node === machine);
        return own && (await inProbe(own, 'wget -qO- http://probe/'));
      });
    } finally {
      await end();
    }
  }, 600_000);
});

onMachines("a volume that a machine with another number for etcd's user wrote", () => {
  test('is etcd’s again after the next boot, and the member returns', async () => {
    const [master = '', other = ''] = await masters();
    const own = (await inNode(master, 'id --user etcd')).trim();
    await inNode(
      master,
      `systemctl stop etcd
       find /var/lib/etcd/data -user etcd -exec chown --no-dereference 4321:4321 {} +`,
      120,
    );
    await reboot(master);
    await until('etcd has three members', 240, async () => ((await healthyMembers(other)) === 3 ? true : undefined));
    expect((await inNode(master, 'stat --format %u /var/lib/etcd/data/member/wal')).trim()).toBe(own);
  }, 600_000);
});
