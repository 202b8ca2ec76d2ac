import { join } from 'node:path';
import { nodeShellOfEachTest } from '../../support/nodeShell.ts';

const { bash, write, read, folder } = nodeShellOfEachTest();

describe('a phase', () => {
  /** Units as systemd has them: state and how often they were started again. */
  const system = (states: Record<string, { failed?: boolean; restarts: number }>) => `
systemctl() {
  case "$1 \${@: -1}" in
${Object.entries(states)
  .map(
    ([unit, { failed, restarts }]) =>
      `"show ${unit}.service") echo ${restarts} ;;\n"is-failed ${unit}.service") return ${failed ? 0 : 1} ;;`,
  )
  .join('\n')}
    show*) echo 0 ;;
    is-failed*) return 1 ;;
  esac
}
journalctl() { printf '%s said\\nfatal: no "quorum"\\n' "$2"; }
send_report() { echo "$1"; }`;
  const parts = '. ./fetch-bundle; . ./world.sh';
  const impatient = 'sleep() { SECONDS=$((SECONDS + 61)); }';
  const ill = { etcd: { failed: true, restarts: 0 }, kubelet: { restarts: 2 }, containerd: { restarts: 1 } };

  test('that fails reports why, and the last output of components that failed or kept restarting', () => {
    const said = bash(
      `${parts}\n${system(ill)}\nserve() { echo "not within 900 s" >&2; return 1; }\n(phase etcd-serving serve) || true`,
    );
    expect(said).toContain('"phase":"etcd-serving","outcome":"failed"');
    expect(said).toContain('not within 900 s');
    expect(said).toContain('etcd: etcd.service said fatal: no  quorum');
    expect(said).toContain('kubelet: kubelet.service said');
    expect(said).not.toContain('containerd: '); // once is no failure
    expect(said).not.toContain('kube-proxy: ');
  });

  test('that waits says so, as no failure', () => {
    const said = bash(
      `${parts}\n${system(ill)}\n${impatient}\nserve() { within 100 false; }\n(phase etcd-serving serve) || true`,
    );
    const messages = said.trim().split('\n');
    expect(messages[0]).toContain('"phase":"etcd-serving","outcome":"waiting","message":"etcd: etcd.service said');
    expect(messages.at(-1)).toContain('not within 100 s');
    expect(said.match(/"outcome":"failed"/g)).toHaveLength(1); // when its time is over
  });

  test('waits in silence while every component runs or starts for the first time', () => {
    const calls = `${impatient}\nwithin 100 false || true`;
    expect(bash(`${parts}\n${system(ill)}\n${calls}`)).toBe(''); // outside of a phase
    expect(bash(`${parts}\n${system({})}\ncurrent_phase=etcd-serving\n${calls}`)).toBe('');
  });

  const unreachable = 'signed() { return 7; }';

  test('continues when its report does not arrive, and the boot unit reports again', () => {
    write('etc/kubestep/settings', 'NODE_API=https://api\n');
    const script = bash(`${parts}\n${unreachable}\nphase etcd-serving true\nphase node-ready true\ncat "$unheard"`);
    expect(script).toBe('etcd-serving done\nnode-ready done\n');
  });
});

describe('a machine that comes back while the Node API does not answer', () => {
  const parts = '. ./fetch-bundle; . ./world.sh; . ./machine.sh; . ./certificates.sh; . ./etcd.sh; . ./node.sh';
  const unreachable = 'signed() { echo signed >> asked; return 7; }';
  const certificate = () => join(folder(), 'pki/kubelet-client.crt');

  beforeEach(() => {
    write('etc/kubestep/settings', 'RUNS=node\nNODE_API=https://api\n');
    write('etc/kubestep/certificates', `kubelet-client ${certificate()} ${certificate().replace('.crt', '.key')}\n`);
    bash(`mkdir -p ${folder()}/pki; cd ${folder()}/pki
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout kubelet-client.key -out kubelet-client.crt -days 7 -subj /CN=node 2> /dev/null`);
  });

  const later = (days: number) =>
    `date() { if [ "$1" = +%s ]; then echo $(($(command date +%s) + ${days} * 86400)); else command date "$@"; fi; }`;

  test('asks for no certificate before it is due', () => {
    bash(`${parts}\n${unreachable}\nrenew_at_boot\n[ ! -e asked ]`);
  });

  test('continues with one that is due and still valid', () => {
    expect(bash(`${parts}\n${unreachable}\n${later(6)}\nrenew_at_boot\ncat asked`)).toBe('signed\n');
  });

  test.each([
    ['is over', 'openssl() { if [ "$6" = 0 ]; then return 1; fi; command openssl "$@"; }'],
    ['is missing', 'rm "$(cut -d " " -f 2 ../../../../etc/kubestep/certificates)"'],
  ])('ends its phase by name when one %s', (_, change) => {
    expect(() => bash(`${parts}\n${unreachable}\n${later(6)}\n${change}\nrenew_at_boot`)).toThrow(
      'the certificate kubelet-client is missing or over',
    );
  });

  test('keeps the addresses of its pods', () => {
    for (const name of ['pod-network.conflist', 'pod-masquerade.nft']) write(`etc/kubestep/${name}`, 'POD_RANGE\n');
    write('var/lib/kubestep/pod-range', '100.96.3.0/24\n');
    const system = `ip() { echo 'default via 127.0.0.1 dev lo'; }\nnft() { cat > nft; }`;
    bash(`${parts}\n${unreachable}\n${system}\nget_pod_range`);
    expect(read('etc/cni/net.d/10-routed.conflist')).toBe('100.96.3.0/24\n');
    expect(read('opt/kubestep/current/machine/lib/nft')).toBe('100.96.3.0/24\n');
  });
});
