import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { bundleKey } from '../../../shared/blueprint/machinePlace.ts';
import type { BundleInput } from '../../../shared/machine/bundle.ts';
import { renderBundle } from '../../../shared/machine/renderBundle.ts';
import { aBlueprint, aNodeGroup, aSlot, someVolumeIds } from '../../support/aBlueprint.ts';
import { anInput, aWorker, contentOf, flagsOf, unit } from './aBundle.ts';

describe('a bundle', () => {
  test('is named by its content, and the same for the same input', () => {
    const [once, again] = [renderBundle(anInput()), renderBundle(anInput())];
    expect(once.text).toBe(again.text);
    expect(once.sha256).toBe(createHash('sha256').update(once.text).digest('hex'));
    expect(renderBundle(anInput({ endpoint: 'another' })).sha256).not.toBe(once.sha256);
  });

  test('is JSON, and has one file a line', () => {
    const { text, bundle } = renderBundle(anInput());
    expect(JSON.parse(text)).toEqual(bundle);
    const lines = text.split('\n').filter((line) => line.startsWith('{"path":'));
    expect(lines).toHaveLength(bundle.files.length);
    for (const line of lines) expect(line).toMatch(/^\{"path":"[^"]+","mode":"0[0-7]{3}","content":"/);
  });

  test('of a group says nothing about any one of its machines, and holds no key', () => {
    const { bundle, text } = renderBundle(aWorker);
    expect(bundle.machine).toEqual({ role: 'worker', group: 'general' });
    expect(bundle.wrappedKeys).toEqual([]);
    expect(text).not.toContain('10.0.0.10/');
    expect(unit(bundle, 'kubelet')).toMatch(/--hostname-override=\$\{INSTANCE_ID\}/);
    expect(bundle.certificates.map(({ profile }) => profile)).toEqual([
      'kubelet-client',
      'kubelet-server',
      'kube-proxy',
    ]);
  });

  test('names only binaries of its machine’s architecture, each once', () => {
    const { assets } = renderBundle(aWorker).bundle;
    expect(assets.map(({ name }) => name).sort()).toEqual([
      'cni-plugins',
      'containerd',
      'kube-proxy',
      'kubelet',
      'runc',
    ]);
  });

  test('hands kubelet the plugin that logs in to ECR where the cluster has one, and nothing of it elsewhere', () => {
    const blueprint = aBlueprint();
    const plugins = blueprint.assets
      .filter(({ name }) => name === 'kubelet')
      .map((asset) => ({ ...asset, name: 'ecr-credential-provider' }));
    const { bundle } = renderBundle({
      ...aWorker,
      blueprint: { ...blueprint, assets: [...blueprint.assets, ...plugins] },
    });
    const flags = flagsOf(unit(bundle, 'kubelet'));
    const { providers } = parse(contentOf(bundle, flags['image-credential-provider-config'] ?? ''));
    expect(providers).toEqual([expect.objectContaining({ name: 'ecr-credential-provider' })]);
    // The script puts a binary of that name there.
    expect(flags['image-credential-provider-bin-dir']).toBe('/opt/kubestep/current/kubelet/bin');
    expect(Object.keys(flagsOf(unit(renderBundle(aWorker).bundle, 'kubelet'))).join()).not.toContain('credential');
  });

  test('has every file that its units and configurations name, or a certificate, key or secret in its place', () => {
    for (const input of [anInput(), aWorker]) {
      const { bundle } = renderBundle(input);
      const known = new Set([
        ...bundle.files.map(({ path }) => path),
        ...bundle.certificates.flatMap(({ certificate, key }) => [certificate, key]),
        '/run/kubestep/secrets/service-account.key',
        '/run/kubestep/secrets/encryption.yaml',
        '/etc/kubernetes/kubelet.d', // written by the node script
      ]);
      const read = bundle.files
        .filter(({ path }) => /\.(service|kubeconfig|yaml)$/.test(path))
        .flatMap(({ content }) => [
          ...content.matchAll(
            /[=\s](\/(?:etc\/kubernetes|etc\/etcd|run\/kubestep\/secrets|opt\/kubestep\/current)\/[\w./-]+)/g,
          ),
        ])
        .map(([, path]) => path);
      expect(read.length).toBeGreaterThan(5);
      expect(read.filter((path) => path !== undefined && !/\/bin(\/|$)/.test(path) && !known.has(path))).toEqual([]);
    }
  });

  test('in another order of labels is the same bundle', () => {
    const withLabels = (labels: Record<string, string>) =>
      renderBundle({ ...aWorker, blueprint: aBlueprint({ nodeGroups: [aNodeGroup({ labels })] }) }).sha256;
    expect(withLabels({ a: '1', b: '2' })).toBe(withLabels({ b: '2', a: '1' }));
  });

  test('is refused when the node script could not write one of its files', () => {
    const { kubernetes } = aBlueprint();
    const blueprint = aBlueprint({ kubernetes: { ...kubernetes, auditPolicy: '# \u001b[2J\n' } });
    expect(() => renderBundle(anInput({ blueprint }))).toThrow(
      '/opt/kubestep/current/kube-apiserver/audit-policy.yaml',
    );
  });

  test('of a machine that the blueprint does not have is refused', () => {
    expect(() => renderBundle(anInput({ machine: { role: 'worker', group: 'none' } }))).toThrow('node group none');
    expect(() => renderBundle(anInput({ machine: { role: 'etcd', slot: 'master-0' } }))).toThrow('slot master-0');
  });
});

describe('a master', () => {
  test('reaches the API on itself, and a worker by the load balancer', () => {
    const server = (input: BundleInput) =>
      parse(contentOf(renderBundle(input).bundle, '/etc/kubernetes/kubelet.kubeconfig')).clusters[0].cluster.server;
    expect(server(anInput())).toBe('https://127.0.0.1:6443');
    expect(server(aWorker)).toBe('https://demo-api.elb.us-east-1.amazonaws.com:443');
  });

  test('joins the members by the addresses of their slots, and asks its own first', () => {
    const { bundle } = renderBundle(anInput({ machine: { role: 'master', slot: 'master-1' } }));
    expect(flagsOf(unit(bundle, 'etcd'))['initial-cluster']).toBe(
      'master-0=https://10.0.0.10:2380,master-1=https://10.0.1.10:2380,master-2=https://10.0.2.10:2380',
    );
    expect(flagsOf(unit(bundle, 'kube-apiserver'))['etcd-servers']?.split(',')[0]).toBe('https://10.0.1.10:2379');
  });

  test('beside dedicated etcd machines runs no member, and those run nothing else', () => {
    const blueprint = aBlueprint({
      slots: [
        aSlot({ runs: { etcd: false, controlPlane: true } }),
        aSlot({ key: 'etcd-0', role: 'etcd', runs: { etcd: true, controlPlane: false }, address: '10.0.0.15' }),
      ],
    });
    const master = renderBundle(anInput({ blueprint })).bundle;
    const member = renderBundle(anInput({ blueprint, machine: { role: 'etcd', slot: 'etcd-0' } })).bundle;
    expect(master.units).not.toContain('etcd.service');
    expect(flagsOf(unit(master, 'kube-apiserver'))['etcd-servers']).toBe('https://10.0.0.15:2379');
    expect(member.units).toEqual(['etcd.service']);
    expect(member.assets.map(({ name }) => name)).toEqual(['etcd']);
    expect(member.certificates.map(({ profile }) => profile)).toEqual([
      'etcd-server',
      'etcd-peer',
      'etcd-healthcheck-client',
    ]);
    expect(member.wrappedKeys).toEqual([]);
  });

  test('hands no CA’s key to the controller manager and turns off what would need one', () => {
    const flags = flagsOf(unit(renderBundle(anInput()).bundle, 'kube-controller-manager'));
    expect(Object.keys(flags).filter((name) => name.startsWith('cluster-signing'))).toEqual([]);
    expect(flags.controllers).toBe('*,-csrsigning,-csrapproving');
  });

  test('stops more slowly than the load balancer notices', () => {
    const text = unit(renderBundle(anInput()).bundle, 'kube-apiserver');
    const delay = Number.parseInt(flagsOf(text)['shutdown-delay-duration'] ?? '', 10);
    expect(delay).toBeGreaterThan(20 + 30); // two failed checks 10 s apart, and the balancer's own lag
    expect(Number(/TimeoutStopSec=(\d+)/.exec(text)?.[1])).toBeGreaterThan(delay + 60 + 20);
  });

  test('answers nothing but health to strangers, and takes users of the provider for nobody else', () => {
    const { kubernetes } = aBlueprint();
    const oidc = {
      issuerUrl: 'https://id.example.com',
      clientId: 'kubestep',
      usernameClaim: 'sub',
      groupsClaim: 'groups',
    };
    const blueprint = aBlueprint({ kubernetes: { ...kubernetes, oidc } });
    const text = contentOf(
      renderBundle(anInput({ blueprint })).bundle,
      '/opt/kubestep/current/kube-apiserver/authentication.yaml',
    );
    const { anonymous, jwt } = parse(text);
    expect(anonymous.conditions.map(({ path }: { path: string }) => path)).toEqual(['/livez', '/readyz', '/healthz']);
    expect(jwt[0].claimMappings.groups).toEqual({ claim: 'groups', prefix: 'https://id.example.com#' });
  });
});

describe('what a machine runs', () => {
  const master = renderBundle(anInput()).bundle;
  const worker = renderBundle(aWorker).bundle;

  test('asks for certificates: etcd of clients and peers, the API server of everybody, kubelets of the API server', () => {
    expect(flagsOf(unit(master, 'etcd'))).toMatchObject({
      'client-cert-auth': 'true',
      'trusted-ca-file': '/etc/etcd/pki/etcd-ca.crt',
      'peer-client-cert-auth': 'true',
      'peer-trusted-ca-file': '/etc/etcd/pki/etcd-ca.crt',
      'tls-min-version': 'TLS1.3',
      'listen-metrics-urls': 'http://127.0.0.1:2381',
    });
    expect(flagsOf(unit(master, 'kube-apiserver'))).toMatchObject({
      'authorization-mode': 'Node,RBAC',
      'enable-admission-plugins': 'NodeRestriction',
      'client-ca-file': '/etc/kubernetes/pki/kubernetes-ca.crt',
      'kubelet-certificate-authority': '/etc/kubernetes/pki/kubernetes-ca.crt',
      'service-account-lookup': 'true',
      profiling: 'false',
    });
    for (const bundle of [master, worker]) {
      const kubelet = parse(contentOf(bundle, '/opt/kubestep/current/kubelet/kubelet.yaml'));
      expect(kubelet.authentication).toEqual({
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: '/etc/kubernetes/pki/kubernetes-ca.crt' },
      });
      expect(kubelet.authorization).toEqual({ mode: 'Webhook' });
      expect(kubelet.readOnlyPort).toBe(0);
    }
  });

  test('answers on the machine alone where nobody else has to ask', () => {
    for (const name of ['kube-controller-manager', 'kube-scheduler'])
      expect(flagsOf(unit(master, name))['bind-address']).toBe('127.0.0.1');
    expect(parse(contentOf(worker, '/opt/kubestep/current/kube-proxy/kube-proxy.yaml')).metricsBindAddress).toBe(
      '127.0.0.1:10249',
    );
  });

  test('is started again whenever it ends, however often', () => {
    for (const { bundle, name } of [master, worker].flatMap((bundle) =>
      bundle.units.map((name) => ({ bundle, name })),
    )) {
      const text = unit(bundle, name.replace('.service', ''));
      expect([name, text.includes('\nRestart=always\n'), text.includes('\nStartLimitIntervalSec=0\n')]).toEqual([
        name,
        true,
        true,
      ]);
    }
  });

  test('takes pods below the security level that the spec says, kube-system excepted', () => {
    const { kind, plugins } = parse(contentOf(master, '/opt/kubestep/current/kube-apiserver/admission.yaml'));
    expect(kind).toBe('AdmissionConfiguration');
    expect(plugins[0].configuration.defaults.enforce).toBe('baseline');
    expect(plugins[0].configuration.exemptions.namespaces).toEqual(['kube-system']);
  });

  test('sends clients on to other API servers only where there are others', () => {
    const chance = (slots: number) => {
      const blueprint = aBlueprint({ slots: aBlueprint().slots.slice(0, slots) });
      return flagsOf(unit(renderBundle(anInput({ blueprint })).bundle, 'kube-apiserver'))['goaway-chance'];
    };
    expect(chance(1)).toBe('0');
    expect(Number(chance(3))).toBeGreaterThan(0);
  });

  test('mounts the volume of its own slot', () => {
    const volumeOf = (slot: string) =>
      /^VOLUME_ID=(.*)$/m.exec(
        contentOf(renderBundle(anInput({ machine: { role: 'master', slot } })).bundle, '/etc/kubestep/settings'),
      )?.[1];
    const ids = someVolumeIds(aBlueprint());
    expect(['master-0', 'master-1'].map(volumeOf)).toEqual([ids['master-0'], ids['master-1']]);
    expect(() => renderBundle(anInput({ volumeIds: {} }))).toThrow('No volume "master-0"');
    expect(contentOf(worker, '/etc/kubestep/settings')).not.toContain('VOLUME_ID');
  });
});

test('logind waits for pods as long as kubelet does, whatever Ubuntu’s drop-in says', () => {
  const { bundle } = renderBundle(aWorker);
  const path = bundle.files.map((file) => file.path).find((name) => name.includes('logind.conf.d')) ?? '';
  const seconds = Number(/^InhibitDelayMaxSec=(\d+)$/m.exec(contentOf(bundle, path))?.[1]);
  expect(`${seconds}s`).toBe(
    parse(contentOf(bundle, '/opt/kubestep/current/kubelet/kubelet.yaml')).shutdownGracePeriod,
  );
  // Drop-ins of all folders are read in the order of their names, and the last one wins (systemd: logind.conf.d).
  const others = ['99-kubelet.conf', 'unattended-upgrades-logind-maxdelay.conf'];
  for (const other of others) expect((path.split('/').at(-1) ?? '') > other).toBe(true);
});

test.each([
  ['a percent sign', 'a%b', '"--v=a%%b"'],
  ['a dollar sign', 'a$b', '"--v=a$$b"'],
  ['quotes and backslashes', 'a"\\b', '"--v=a\\"\\\\b"'],
  ['a space', 'a b', '"--v=a b"'],
])('an extra argument with %s reaches the component as it was written', (_, value, written) => {
  const { kubernetes } = aBlueprint();
  const extraArguments = { ...kubernetes.extraArguments, 'kube-apiserver': { v: value } };
  const { bundle } = renderBundle(
    anInput({ blueprint: aBlueprint({ kubernetes: { ...kubernetes, extraArguments } }) }),
  );
  expect(unit(bundle, 'kube-apiserver').split('\n')).toContain(`  ${written}`);
});

test('bundles of one role lie where no other role of the cluster may read', () => {
  expect(bundleKey('demo-x7k2p', 'worker', 'ab')).toBe('clusters/demo-x7k2p/bundles/worker/ab.json');
});
