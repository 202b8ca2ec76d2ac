import { nodeShellOfEachTest } from '../../support/nodeShell.ts';

const { bash, write, read, folder } = nodeShellOfEachTest();

const speaking = (...names: string[]) =>
  names.map((name) => `${name}() { echo "${name} $*" >> ${folder()}/called; }`).join('\n');

/** Runs a verb with these arguments, and gives its report; what it called is in `called`. */
function operate(verb: string, lines: string, stubs: string): { outcome: string; message?: string; result?: unknown } {
  const encoded = Buffer.from(`${lines}\n`).toString('base64');
  const parts = '. ./fetch-bundle; . ./world.sh; . ./control-plane.sh; . ./etcd.sh; . ./operations.sh';
  return JSON.parse(
    `{${bash(`${parts}\nsend_report() { echo "$1"; }\n${stubs}\noperation ${verb} op-1 1 ${encoded}`)}}`,
  );
}

const called = () => read('called').trim().split('\n');

beforeEach(() => {
  write(
    'etc/kubestep/settings',
    'RUNS=etcd control-plane node\nMEMBERS=https://10.0.0.10:2379,https://10.0.1.10:2379\nENDPOINT=https://api:443\n',
  );
});

test('apply fetches a manifest by its hash, applies it as its own, and waits for what it rolls out', () => {
  const stubs = `${speaking('fetch_asset')}\ncluster() { echo "cluster $*" >> ${folder()}/called; case $1 in apply) printf 'a\\nb\\n' ;; esac; }`;
  const hash = 'a'.repeat(64);
  const { outcome, result } = operate(
    'apply',
    `manifest=${hash}\nrollouts=daemonset/flannel deployment/coredns`,
    stubs,
  );
  const manifest = `${folder()}/var/lib/kubestep/operations/op-1/manifest.yaml`;
  expect([outcome, result]).toEqual(['done', { objects: 2 }]);
  expect(called()).toEqual([
    `fetch_asset ${hash} ${manifest}`,
    `cluster apply --server-side --force-conflicts --field-manager kubestep --filename ${manifest}`,
    'cluster --namespace kube-system rollout status --timeout 900s daemonset/flannel',
    'cluster --namespace kube-system rollout status --timeout 900s deployment/coredns',
  ]);
});

test('validate asks members, the API by its load balancer, nodes and DNS, and reports what it saw', () => {
  const stubs = `within() { echo "within $*" >> ${folder()}/called; }\n${speaking('members')}`;
  expect(operate('validate', 'nodes=12\nversion=1.36.3', stubs)).toMatchObject({
    outcome: 'done',
    result: { etcdMembers: 2, readyNodes: 12, kubernetesVersion: '1.36.3' },
  });
  expect(called()).toEqual([
    'members https://10.0.0.10:2379,https://10.0.1.10:2379 etcdctl endpoint health',
    `within 300 curl -sf --cacert ${folder()}/etc/kubernetes/pki/kubernetes-ca.crt https://api:443/readyz`,
    'within 600 ready_nodes_are 12 1.36.3',
    'within 300 resolves_names',
  ]);
});

const ready = (name: string, version: string) => `${name} Ready <none> 1d ${version}`;

test.each([
  [[ready('a', 'v1.36.3'), ready('b', 'v1.36.3')], 'yes'],
  [[ready('a', 'v1.36.3')], 'no'],
  [[ready('a', 'v1.36.3'), ready('b', 'v1.35.7')], 'no'],
  [[ready('a', 'v1.36.3'), 'b NotReady <none> 1d v1.36.3'], 'no'],
  [[ready('a', 'v1.36.3'), ready('b', 'v1.36.3'), ready('c', 'v1.36.3')], 'yes'],
])('with the nodes %j two of 1.36.3 are ready: %s', (shown, expected) => {
  const stub = `cluster() { printf '%s\\n' ${shown.map((line) => `'${line}'`).join(' ')}; }`;
  const script = `. ./fetch-bundle; . ./world.sh; . ./operations.sh\n${stub}\nif ready_nodes_are 2 1.36.3; then echo yes; else echo no; fi`;
  expect(bash(script)).toBe(`${expected}\n`);
});

test('members are asked with the certificates that the machine has for it', () => {
  const ask = (runs: string) => {
    write('etc/kubestep/settings', `RUNS=${runs}\n`);
    return bash(`. ./fetch-bundle; . ./world.sh; . ./etcd.sh\nmembers https://a:2379 env | grep ETCDCTL | sort`);
  };
  const expected = (pki: string, name: string) =>
    `ETCDCTL_CACERT=${folder()}${pki}/etcd-ca.crt\nETCDCTL_CERT=${folder()}${pki}/${name}.crt\nETCDCTL_ENDPOINTS=https://a:2379\nETCDCTL_KEY=${folder()}${pki}/${name}.key\n`;
  expect(ask('etcd')).toBe(expected('/etc/etcd/pki', 'etcd-healthcheck-client'));
  expect(ask('control-plane node')).toBe(expected('/etc/kubernetes/pki', 'kube-apiserver-etcd-client'));
});
