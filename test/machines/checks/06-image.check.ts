import { inNode, nodes } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';

/** kubelet's shutdownGracePeriod. */
const graceSeconds = 60;

onMachines('an image that brings unattended-upgrades and its settings, as Ubuntu does', () => {
  test('lets kubelet hold a shutdown up for as long as its pods may take', async () => {
    for (const { metadata } of await nodes()) {
      const inhibitors = await inNode(metadata.name, 'systemd-inhibit --list --no-pager');
      expect(inhibitors).toMatch(/kubelet .*shutdown .*delay/);
      const allowed = await inNode(
        metadata.name,
        `busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager InhibitDelayMaxUSec`,
      );
      expect(Number(allowed.split(' ')[1]) / 1e6).toBeGreaterThanOrEqual(graceSeconds);
    }
  });
});
