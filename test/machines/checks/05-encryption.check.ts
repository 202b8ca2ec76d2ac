import { inNode, kubectl, kubectlOn, masters } from '../support/cluster.ts';
import { etcdctl } from '../support/etcd.ts';
import { onMachines } from '../support/onMachines.ts';

const value = 'nobody-reads-this-in-etcd';
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'sample', namespace: 'default' },
  stringData: { word: value },
};

onMachines('a Secret', () => {
  beforeAll(async () => {
    await kubectlOn(JSON.stringify(secret), 'apply', '--server-side', '--filename', '-');
  });
  afterAll(async () => {
    await kubectl('delete', 'secret', 'sample');
  });

  test('is read by who may, and by kubelets that need it not at all', async () => {
    const read = await kubectl('get', 'secret', 'sample', '--output', 'jsonpath={.data.word}');
    expect(Buffer.from(read, 'base64').toString()).toBe(value);
    const asNode = ['--as', 'system:node:i-0123456789abcdef0', '--as-group', 'system:nodes'];
    await expect(kubectl('get', 'secret', 'sample', ...asNode)).rejects.toThrow(/[Ff]orbidden/);
  });

  test('is encrypted in every member of etcd', async () => {
    for (const master of await masters()) {
      const raw = await etcdctl(master, 'get --consistency s --print-value-only /registry/secrets/default/sample');
      expect(raw).toMatch(/^k8s:enc:secretbox:v1:key1:/);
      expect(raw).not.toContain(value);
      expect(raw).not.toContain(Buffer.from(value).toString('base64'));
    }
  });

  test('is the only kind that is: a ConfigMap can be read there, so the look is a true one', async () => {
    const [master = ''] = await masters();
    const raw = await etcdctl(master, 'get --print-value-only /registry/configmaps/kube-system/coredns');
    expect(raw).toContain('kubernetes cluster.local');
  });

  test('is in the audit log by its name, with who asked, and never by its value', async () => {
    const logs: string[] = [];
    for (const master of await masters()) {
      logs.push(await inNode(master, 'grep --fixed-strings \'"name":"sample"\' /var/log/kubernetes/audit.log || true'));
      const values = `${value}|${Buffer.from(value).toString('base64')}`;
      expect(
        await inNode(master, `grep --count --extended-regexp '${values}' /var/log/kubernetes/audit.log || true`),
      ).toBe('0\n');
    }
    const entries = logs
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEntry);
    const written = entries.find(({ verb, objectRef }) => verb === 'patch' && objectRef?.resource === 'secrets');
    expect(written?.user.groups).toContain('kubestep:administrators');
    expect(written?.user.username).toMatch(/^aws:/);
    expect(written).not.toHaveProperty('requestObject');
  });
});

interface AuditEntry {
  readonly verb: string;
  readonly user: { readonly username: string; readonly groups: readonly string[] };
  readonly objectRef?: { readonly resource: string };
}
