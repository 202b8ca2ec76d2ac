import type { Bundle, BundleInput } from '../../../shared/machine/bundle.ts';
import { componentContents, componentOfFile, components, componentsIn } from '../../../shared/machine/components.ts';
import { renderBundle } from '../../../shared/machine/renderBundle.ts';
import { aBlueprint, aNodeGroup, aSlot } from '../../support/aBlueprint.ts';
import { anInput, aWorker } from './aBundle.ts';

const bundleOf = (input: BundleInput): Bundle => renderBundle(input).bundle;

/** The components that a switch from one bundle to the other would change. */
function changed(from: Bundle, to: Bundle): readonly string[] {
  const [before, after] = [componentContents(from), componentContents(to)];
  return components.filter((component) => before.get(component) !== after.get(component));
}

const dedicated = aBlueprint({
  slots: [
    aSlot({ runs: { etcd: false, controlPlane: true } }),
    aSlot({ key: 'etcd-0', role: 'etcd', runs: { etcd: true, controlPlane: false }, address: '10.0.0.15' }),
  ],
});
const bundles = [
  bundleOf(anInput()),
  bundleOf(aWorker),
  bundleOf(anInput({ blueprint: dedicated })),
  bundleOf(anInput({ blueprint: dedicated, machine: { role: 'etcd', slot: 'etcd-0' } })),
];

test('every machine has the components of its processes, each with its unit, its programs and its own part', () => {
  for (const bundle of bundles) {
    const processes = bundle.units.map((unit) => unit.replace('.service', ''));
    expect(componentsIn(bundle)).toEqual(components.filter((name) => name === 'machine' || processes.includes(name)));
    for (const name of processes) {
      const own = bundle.files.filter(({ path }) => componentOfFile(path) === name).map(({ path }) => path);
      expect(own).toEqual(
        expect.arrayContaining(['assets', `${name}.service`].map((file) => `/opt/kubestep/current/${name}/${file}`)),
      );
    }
  }
});

test('a file is in the folder of its component, or in /etc as a part of the machine', () => {
  for (const { path } of bundles.flatMap(({ files }) => files))
    expect([
      path,
      path.startsWith(`/opt/kubestep/current/${componentOfFile(path)}/`) || path.startsWith('/etc/'),
    ]).toEqual([path, true]);
});

test('units and what they read name no bundle and no folder of programs but current', () => {
  for (const { path, content } of bundles.flatMap(({ files }) => files)) {
    expect([path, content.includes('/usr/local/bin/kube'), /\/opt\/kubestep\/bundles\/[0-9a-f]/.test(content)]).toEqual(
      [path, false, false],
    );
  }
});

test.each(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy'] as const)(
  'another argument of %s changes that component and nothing else',
  (component) => {
    const blueprint = aBlueprint();
    const extraArguments = { ...blueprint.kubernetes.extraArguments, [component]: { v: '3' } };
    const other = aBlueprint({ kubernetes: { ...blueprint.kubernetes, extraArguments } });
    expect(changed(bundleOf(anInput()), bundleOf(anInput({ blueprint: other })))).toEqual([component]);
  },
);

test('another audit policy is the API server’s alone, another taint the kubelet’s', () => {
  const { kubernetes } = aBlueprint();
  const audited = aBlueprint({
    kubernetes: { ...kubernetes, auditPolicy: 'apiVersion: audit.k8s.io/v1\nkind: Policy\n' },
  });
  expect(changed(bundleOf(anInput()), bundleOf(anInput({ blueprint: audited })))).toEqual(['kube-apiserver']);
  const tainted = aBlueprint({ nodeGroups: [aNodeGroup({ taints: [{ key: 'a', value: '', effect: 'NoSchedule' }] })] });
  expect(changed(bundleOf(aWorker), bundleOf({ ...aWorker, blueprint: tainted }))).toEqual(['kubelet']);
});

test('another program changes the component that runs it and nothing else', () => {
  const { assets } = aBlueprint();
  const changes = (name: string) => {
    const others = assets.map((asset) => (asset.name === name ? { ...asset, sha256: 'f'.repeat(64) } : asset));
    return changed(bundleOf(anInput()), bundleOf(anInput({ blueprint: aBlueprint({ assets: others }) })));
  };
  expect(['kube-apiserver', 'kubectl', 'kubelet', 'runc', 'cni-plugins', 'etcd'].map(changes)).toEqual([
    ['kube-apiserver'],
    ['kube-apiserver'],
    ['kubelet'],
    ['containerd'],
    ['containerd'],
    ['etcd'],
  ]);
});
