import { verbs } from '../../../shared/machine/verbs.ts';
import { nodeShellOfEachTest } from '../../support/nodeShell.ts';

const { bash, write, read, folder } = nodeShellOfEachTest();

/** Programs and functions that only say that they were called, and with what. */
const speaking = (...names: string[]) => names.map((name) => `${name}() { echo "${name} $*"; }`).join('\n');

const lines = (text: string) => text.trim().split('\n');

const library = (...parts: string[]) => ['. ./fetch-bundle', ...parts.map((part) => `. ./${part}.sh`)].join('; ');

describe('the command', () => {
  /** Runs the command with parts that only say what they were asked. */
  const run = (call: string, runs = 'etcd control-plane node') => {
    write('etc/kubestep/settings', `RUNS=${runs}\n`);
    const parts = [
      'stage',
      'switch',
      'machine',
      'certificates',
      'data-volume',
      'etcd',
      'control-plane',
      'node',
      'operations',
    ];
    for (const part of parts) write(`opt/kubestep/current/machine/lib/${part}.sh`, '');
    write(
      'opt/kubestep/current/machine/lib/machine.sh',
      `report() { echo "report $*"; }\nphase() { echo "phase $1"; shift; "$@"; }\n${speaking(
        ...['place_files', 'bring_up_at_boot', 'prepare_machine', 'point_first', 'renew_at_boot', 'unwrap_keys'],
        ...['start_etcd', 'start_control_plane', 'restart_agent'],
        ...['start_node', 'systemctl', 'only_on', 'operation', 'renew'],
      )}`,
    );
    return lines(bash(`set -- ${call}\n. ./kubestep-node`).replaceAll(/ $/gm, ''));
  };
  const prepared = [
    ...['place_files', 'report bundle-fetched done'],
    ...['phase certificates-issued', 'bring_up_at_boot machine 0'],
  ];
  const etcd = ['phase etcd-serving', 'start_etcd'];
  const controlPlane = ['phase control-plane-serving', 'start_control_plane'];
  const node = ['phase node-ready', 'start_node'];
  const timer = 'systemctl enable --now kubestep-renew.timer';

  test.each([
    ['etcd control-plane node', [...etcd, ...controlPlane, ...node, 'restart_agent']],
    ['control-plane node', [...controlPlane, ...node]],
    ['etcd', [...etcd, 'restart_agent']],
    ['node', node],
  ])('boots a machine of %s through its own phases, in their order', (runs, phases) => {
    expect(run('boot', runs)).toEqual([...prepared, ...phases, timer]);
  });

  test('fails a boot that could not be reported, so that its unit starts again', () => {
    write('run/kubestep/unheard', 'node-ready done\n');
    const unheard = `${folder()}/run/kubestep/unheard`;
    expect(run('boot')).toContain(timer); // what an earlier boot left is reported again by this one
    expect(() => run(`boot; start_node() { echo node-ready > ${unheard}; }; false`)).toThrow();
  });

  test.each(Object.entries(verbs))('hands on the verb %s, on machines that can run it', (verb, { on }) => {
    expect(run(`${verb} op-1 7 YQ==`)).toEqual([`only_on ${on}`, `operation ${verb} op-1 7 YQ==`]);
  });

  test('prepares the machine itself, at each boot and when its own part is switched', () => {
    expect(run('prepare')).toEqual(['point_first', 'prepare_machine', 'renew_at_boot', 'unwrap_keys']);
  });

  test('renews, and knows no other verb', () => {
    expect(run('renew')).toEqual(['renew']);
    expect(run('format op-1 7 YQ==')).toEqual(['operation format op-1 7 YQ==']); // which reports that it refuses it
  });
});

describe('a machine is prepared', () => {
  const prepare = (image: string, failing = '') => {
    write('etc/kubestep/settings', `IMAGE=${image}\n`);
    write('etc/udev/rules.d/keep', '');
    const stubs = speaking(
      'systemctl',
      'sysctl',
      'size_connection_tracking',
      'add_packages',
      'write_instance',
      'guard_metadata',
    );
    return lines(bash(`${library('world', 'machine')}\n${stubs}\n${failing}\nprepare_machine`).replaceAll(/ $/gm, ''));
  };

  test('with modules before the settings that need them, packages, and its own names', () => {
    expect(prepare('al2023')).toEqual([
      'systemctl restart systemd-modules-load.service',
      `sysctl --quiet --load ${folder()}/etc/sysctl.d/99-kubestep.conf`,
      'size_connection_tracking',
      'add_packages',
      'systemctl try-restart systemd-networkd.service',
      'systemctl try-restart systemd-logind.service',
      'write_instance',
      'guard_metadata',
    ]);
    expect(bash('readlink "$1"', `${folder()}/etc/udev/rules.d/99-vpc-policy-routes.rules`)).toBe('/dev/null\n');
  });

  test('of Ubuntu without updates that hold the lock of packages, and with its own rules', () => {
    const updates = 'apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service';
    const steps = prepare('ubuntu2404');
    const [stopped, masked, added] = [`systemctl stop ${updates}`, `systemctl mask ${updates}`, 'add_packages'].map(
      (step) => steps.indexOf(step),
    );
    expect([stopped, masked, added]).toEqual([3, 4, 5]);
    expect(prepare('al2023').join()).not.toContain('mask');
    expect(bash('ls "$1"', `${folder()}/etc/udev/rules.d`)).toContain('keep');
  });

  test('whatever its kernel does not know', () => {
    expect(prepare('al2023', 'sysctl() { return 1; }\nsize_connection_tracking() { return 1; }')).toContain(
      'guard_metadata',
    );
  });

  test('and knows its instance, zone and address, which kubelet gets', () => {
    write('opt/kubestep/current/kubelet/kubelet.yaml', 'maxPods: 110\n');
    const said = `metadata() { case $1 in */instance-id) echo i-0abc ;; */availability-zone) echo us-east-1a ;; */local-ipv4) echo 10.0.0.10 ;; *) return 1 ;; esac; }`;
    const given = bash(
      `${library('world', 'machine')}\n${said}\nreserved_memory() { echo 512; }\nwrite_instance\ninstance INSTANCE_ID`,
    );
    expect(given).toBe('i-0abc\n');
    expect(read('run/kubestep/instance.env')).toBe('INSTANCE_ID=i-0abc\nZONE=us-east-1a\nADDRESS=10.0.0.10\n');
    const drop = read('etc/kubernetes/kubelet.d/10-instance.conf');
    expect(drop).toContain('providerID: aws:///us-east-1a/i-0abc\n');
    expect(drop).toContain('kubeReserved: {memory: 512Mi}\n');
    expect(bash('stat -c %a "$1"', `${folder()}/etc/kubernetes/kubelet.d/10-instance.conf`)).toBe('600\n');
  });
});

describe('components are started', () => {
  const waits = `within() { echo "within $*"; }\n${speaking('systemctl', 'cluster', 'bring_up_at_boot')}`;

  test('the control plane: its API server first, then what needs it, and the agent of Run Command once', () => {
    write('etc/kubestep/settings', 'API_SERVER=https://127.0.0.1:6443\n');
    const start = `${library('world', 'machine', 'control-plane')}\n${waits}\nstart_control_plane`;
    const always = [
      'bring_up_at_boot kube-apiserver 600',
      'systemctl start --no-block kube-controller-manager.service kube-scheduler.service',
      `cluster apply --server-side --force-conflicts --field-manager kubestep --filename ${folder()}/opt/kubestep/current/kube-apiserver/first-roles.yaml`,
      ...['bring_up_at_boot kube-controller-manager 120', 'bring_up_at_boot kube-scheduler 120'],
    ];
    const agent = 'systemctl try-restart amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service';
    expect(lines(bash(start))).toEqual([...always, agent]);
    expect(lines(bash(start))).toEqual(always);
    expect(bash('ls "$1"', `${folder()}/var/log`)).toBe('kubernetes\n');
  });

  test.each([
    ['node', []],
    [
      'control-plane node',
      [
        'cluster label --overwrite node i-0abc node-role.kubernetes.io/control-plane= node.kubernetes.io/exclude-from-external-load-balancers=',
      ],
    ],
  ])('a machine of %s joins, and waits for its pod network', (runs, labels) => {
    write('etc/kubestep/settings', `RUNS=${runs}\n`);
    write('run/kubestep/instance.env', 'INSTANCE_ID=i-0abc\n');
    const stubs = `${waits}\n${speaking('swapoff', 'get_pod_range')}`;
    const said = bash(`${library('world', 'machine', 'control-plane', 'node')}\n${stubs}\nstart_node`);
    expect(lines(said.replaceAll(/ $/gm, ''))).toEqual([
      'swapoff --all',
      'get_pod_range',
      'systemctl daemon-reload',
      'systemctl start --no-block containerd.service kubelet.service kube-proxy.service',
      ...['bring_up_at_boot containerd 120', 'bring_up_at_boot kubelet 600'],
      'within 600 own_node',
      ...labels,
      'within 1800 is_ready',
      'bring_up_at_boot kube-proxy 60',
    ]);
  });

  test('a member of etcd: its user and its disk first', () => {
    const stubs = `${waits}\n${speaking('ensure_etcd_user', 'mount_data', 'require_own_marker', 'prepare_data')}\nmembers() { echo "members $*"; }`;
    expect(lines(bash(`${library('world', 'etcd')}\n${stubs}\nstart_etcd`).replaceAll(/ $/gm, ''))).toEqual([
      ...['ensure_etcd_user', 'mount_data', 'require_own_marker', 'prepare_data'],
      'bring_up_at_boot etcd 900',
    ]);
  });

  test.each([
    ['{"status":{"conditions":[{"type": "Ready", "status": "True"}]}}', 'ready'],
    ['{"status":{"conditions":[{"type": "Ready", "status": "Unknown"}]}}', 'not ready'],
    ['', 'not ready'],
  ])('a node of which the API says %s is %s', (answer, expected) => {
    const stub = `own_node() { echo '${answer}'; }`;
    expect(bash(`${library('world', 'node')}\n${stub}\nif is_ready; then echo ready; else echo not ready; fi`)).toBe(
      `${expected}\n`,
    );
  });
});

describe('a master’s keys', () => {
  const secret = Buffer.from('k'.repeat(32)).toString('base64');
  const unwrap = () =>
    bash(`${library('world', 'control-plane')}
signed() { echo signed >> asked; while [ $# -gt 0 ]; do if [ "$1" = --data-binary ]; then cat "\${2#@}" >> asked; echo "\${2#@}" > body; fi; shift; done; echo '{"Plaintext": "${secret}"}'; }
unwrap_keys`);

  beforeEach(() => {
    write('etc/kubestep/settings', 'CLUSTER_ID=demo-x7k2p\nREGION=us-east-1\n');
    write('etc/kubestep/wrapped-keys', 'secrets-encryption arn:aws:kms:us-east-1:123456789012:key/1 AAAA\n');
  });

  test('are decrypted for this cluster and purpose, into memory that only root reads', () => {
    unwrap();
    expect(read('opt/kubestep/current/machine/lib/asked')).toBe(
      'signed\n{"KeyId":"arn:aws:kms:us-east-1:123456789012:key/1","CiphertextBlob":"AAAA","EncryptionContext":{"clusterId":"demo-x7k2p","purpose":"secrets-encryption"}}',
    );
    expect(read('run/kubestep/secrets/encryption.yaml')).toContain(
      `secretbox: {keys: [{name: key1, secret: "${secret}"}]}`,
    );
    const modes = bash('cd "$1" && stat -c "%a %n" . *', `${folder()}/run/kubestep/secrets`);
    expect(modes).toBe('700 .\n600 encryption.yaml\n600 unwrapped\n');
    expect(bash('[ -e "$(cat body)" ] && echo left || echo gone')).toBe('gone\n');
  });

  test('are asked for once a boot', () => {
    unwrap();
    unwrap();
    expect(read('opt/kubestep/current/machine/lib/asked').match(/signed/g)).toHaveLength(1);
  });

  test('that KMS does not give end the phase', () => {
    expect(() =>
      bash(`${library('world', 'control-plane')}\nsigned() { echo '{"Plaintext": ""}'; }\nunwrap_keys`),
    ).toThrow();
  });

  test('are no worker’s', () => {
    bash(`rm ${folder()}/etc/kubestep/wrapped-keys`);
    unwrap();
    expect(() => read('opt/kubestep/current/machine/lib/asked')).toThrow('ENOENT');
  });
});

describe('a report', () => {
  const report = (status: number) =>
    bash(
      `${library('world')}\nsigned() { echo "$@"; while [ $# -gt 0 ]; do if [ "$1" = --data-binary ]; then cat "\${2#@}"; echo "\${2#@}" > body; fi; shift; done; return ${status}; }
report node-ready done 'a "quoted" text' || true
[ -e "$(cat body)" ] && echo left || echo gone`,
    );

  beforeEach(() => write('etc/kubestep/settings', 'NODE_API=https://api\n'));

  test('is sent as JSON, and leaves no file behind', () => {
    const said = report(0);
    expect(said).toContain('execute-api -m 20 --retry-max-time 30 -o /dev/null -H content-type: application/json');
    expect(said).toContain('https://api/node/report');
    expect(said).toContain('{"phase":"node-ready","outcome":"done","message":"a  quoted  text"}');
    expect(said).toContain('\ngone\n');
    expect(() => read('run/kubestep/unheard')).toThrow('ENOENT');
  });

  test('that nobody has heard is kept for the next start', () => {
    expect(report(7)).toContain('\ngone\n');
    expect(read('run/kubestep/unheard')).toBe('node-ready done\n');
  });
});
