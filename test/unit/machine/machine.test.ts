import { nodeShellOfEachTest } from '../../support/nodeShell.ts';

const { bash, write } = nodeShellOfEachTest();

describe('a machine', () => {
  const parts = '. ./fetch-bundle; . ./world.sh; . ./machine.sh';

  test.each([
    ['al2023', 'dnf', 'dnf --assumeyes --quiet install nftables iptables-nft'],
    [
      'ubuntu2404',
      'apt-get',
      '-o DPkg::Lock::Timeout=300 -o Acquire::Retries=5 install --yes --quiet nftables iptables',
    ],
  ])('of %s installs what is missing, and nothing when nothing is', (_, manager, expected) => {
    const install = (present: string) =>
      bash(`${parts}
command() { case $2 in ${present}) ;; *) return 1 ;; esac; }
dnf() { echo "dnf $*"; }
apt-get() { echo "apt-get $*"; }
add_packages`);
    expect(install(`openssl | ${manager}`)).toContain(expected);
    expect(install('*')).toBe('');
  });

  test('of Ubuntu stops the timers of its own updates before it masks them, because a masked timer that runs fails', () => {
    const [first = '', second = '', ...more] = bash(`${parts}\nsystemctl() { echo "$*"; }\nstop_updates`)
      .trim()
      .split('\n');
    expect(first).toMatch(/^stop .*apt-daily\.timer/);
    expect(second).toBe(first.replace(/^stop/, 'mask'));
    expect(more).toEqual([]);
  });

  test.each([
    [110, 2048, 512], // a quarter
    [110, 65536, 1465],
    [30, 65536, 585],
  ])('with %d pods and %d MiB reserves %d MiB', (pods, memory, reserved) => {
    write('opt/kubestep/current/kubelet/kubelet.yaml', `maxPods: ${pods}\n`);
    write('proc/meminfo', `MemTotal: ${memory * 1024} kB\nMemFree: 1 kB\n`);
    expect(bash(`${parts}\nreserved_memory`)).toBe(`${reserved}\n`);
  });

  test.each([
    [2, ''],
    [64, '--quiet --write net.netfilter.nf_conntrack_max=2097152\n'],
  ])('with %d processors sizes connection tracking', (processors, expected) => {
    expect(bash(`${parts}\nnproc() { echo ${processors}; }\nsysctl() { echo "$*"; }\nsize_connection_tracking`)).toBe(
      expected,
    );
  });

  test('whose kernel cannot guard the metadata service reports this and continues', () => {
    write('etc/kubestep/metadata-guard.nft', 'rules\n');
    const said = (kernel: string) =>
      bash(
        `${parts}\nstat() { echo ${kernel}; }\nreport() { echo "$*"; }\nnft() { echo nft; return 1; }\nguard_metadata`,
      );
    expect(said('tmpfs')).toContain('waiting pods with hostNetwork');
    expect(said('cgroup2fs')).toContain('nft\ncertificates-issued waiting');
  });

  test('does once a boot what must not be done twice', () => {
    expect(bash(`${parts}\nonce a echo first\nonce a echo again\nonce b echo other`)).toBe('first\nother\n');
  });
});
