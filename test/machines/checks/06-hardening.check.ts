import { listeningPorts } from '../benchmark/listeningPorts.ts';
import { clusterName, inNode, kubectl, kubectlEnding, masters, nodes, workers } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';
import { blueprintOf } from '../support/plan.ts';

/** kube-proxy answers there whether the node can take traffic, and nothing else. No security group opens it. */
const proxyHealth = 'tcp 10256';
/** Units that only answer over the network and read their files. */
const confined = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

onMachines('a machine', () => {
  test('listens beyond itself on what security groups open, and on nothing else', async () => {
    const { securityGroups } = await blueprintOf(clusterName);
    const opened = (...keys: readonly string[]): readonly string[] => [
      ...new Set(
        securityGroups
          .filter(({ key }) => keys.includes(key))
          .flatMap(({ ingress }) => ingress)
          // Ports of Services are a range, and the kernel leads them on before anyone would listen.
          .filter(({ fromPort, toPort }) => fromPort === toPort)
          .map(({ protocol, fromPort }) => `${protocol} ${fromPort}`),
      ),
    ];
    const [master = ''] = await masters();
    const [worker = ''] = await workers();
    expect(await listeningPorts(master)).toEqual([...opened('masters', 'etcd'), proxyHealth].sort());
    expect(await listeningPorts(worker)).toEqual([...opened('workers'), proxyHealth].sort());
  });

  test('has no key, kubeconfig or unit that anyone but its owner may read', async () => {
    for (const { metadata } of await nodes()) {
      const open = await inNode(
        metadata.name,
        `find /etc/kubernetes /etc/etcd /run/kubestep /etc/systemd/system /opt/kubestep/bundles -type f -perm /077 \\
          \\( -name '*.key' -o -name '*.kubeconfig' -o -path '*/secrets/*' -o -name 'kube*.service' -o -name etcd.service \\) \\
          -not -name 'kubestep-*' 2> /dev/null || true`,
      );
      expect([metadata.name, open]).toEqual([metadata.name, '']);
    }
  });

  test('gives etcd and the control plane no capability, no way to gain one, and only their own folders', async () => {
    const [master = ''] = await masters();
    for (const unit of confined) {
      const status = await inNode(
        master,
        `pid=$(systemctl show --property MainPID --value ${unit})
         grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/$pid/status | tr -d '\\t\\n'
         nsenter --target "$pid" --mount touch /etc/written 2>&1 || true`,
      );
      expect([unit, status]).toEqual([unit, expect.stringContaining('CapEff:0000000000000000')]);
      expect(status).toContain('NoNewPrivs:1');
      expect(status).toContain('Seccomp:2');
      expect(status).toContain('Read-only file system');
    }
  });

  test('leaves them all that they need: none has been refused anything', async () => {
    for (const master of await masters()) {
      const errors = await inNode(
        master,
        `journalctl --no-pager --output cat ${confined.map((unit) => `--unit ${unit}`).join(' ')} |
          grep -iE 'operation not permitted|permission denied|read-only file system' || true`,
      );
      expect([master, errors]).toEqual([master, '']);
    }
  });

  test('speaks TLS 1.2 with authenticated suites at least, and etcd 1.3 only', async () => {
    const [master = ''] = await masters();
    const speaks = (port: number, options: string) =>
      inNode(
        master,
        `openssl s_client -connect 127.0.0.1:${port} ${options} < /dev/null 2> /dev/null |
          grep -c -E '^New, TLSv1.*Cipher is [A-Z]' || true`,
      );
    const inCbcMode = '-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA';
    const inGcmMode = '-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256';
    const answers = async (options: string) => {
      const open: number[] = [];
      for (const port of [6443, 10250, 10257, 10259]) if ((await speaks(port, options)) === '1\n') open.push(port);
      return open;
    };
    expect(await answers('-tls1_3')).toEqual([6443, 10250, 10257, 10259]);
    expect(await answers(inGcmMode)).toEqual([6443, 10250]);
    expect(await answers(inCbcMode)).toEqual([]);
    // etcd asks for a certificate, so a handshake ends with an alert, but says first which version it would have been.
    const version = (options: string) =>
      inNode(
        master,
        `openssl s_client -connect 127.0.0.1:2379 ${options} -cert /etc/etcd/pki/etcd-healthcheck-client.crt \\
          -key /etc/etcd/pki/etcd-healthcheck-client.key < /dev/null 2> /dev/null | grep -o '^New, TLSv1.3' || true`,
      );
    expect(await version('-tls1_3')).toBe('New, TLSv1.3\n');
    expect(await version('-tls1_2')).toBe('');
  });

  test('shows nobody its profile, not even administrators: neither an API server nor a kubelet', async () => {
    const refusal = expect.stringMatching(/NotFound|MethodNotAllowed/);
    const asked = async (path: string) => {
      const { exitCode, standardError } = await kubectlEnding('get', '--raw', path);
      return [exitCode, standardError];
    };
    for (const { metadata } of await nodes()) {
      const node = `/api/v1/nodes/${metadata.name}/proxy`;
      expect(await kubectl('get', '--raw', `${node}/healthz`)).toBe('ok');
      expect(await asked(`${node}/debug/pprof/cmdline`)).toEqual([1, refusal]);
    }
    expect(await asked('/debug/pprof/cmdline')).toEqual([1, refusal]);
  });

  test('keeps what keeps it alive when memory runs out', async () => {
    const [master = ''] = await masters();
    const units = [...confined, 'containerd', 'kubelet', 'kube-proxy'];
    const scores = await inNode(master, `systemctl show --property OOMScoreAdjust --value ${units.join(' ')}`);
    const numbers = scores.split('\n').filter(Boolean).map(Number);
    expect(numbers).toHaveLength(units.length);
    expect(numbers.filter((score) => score > -997)).toEqual([]);
  });
});
