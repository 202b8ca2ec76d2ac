import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import type { MachinePlace } from '../../../shared/blueprint/machinePlace.ts';
import { renderBundle } from '../../../shared/machine/renderBundle.ts';
import { allowedArguments, ownerOf } from '../../../shared/spec/argumentFacts.ts';
import type { ComponentName } from '../../../shared/spec/componentsSchema.ts';
import { validateSpec } from '../../../shared/validation/validateSpec.ts';
import { someVolumeIds } from '../../support/aBlueprint.ts';
import { aSpec, type Changes, someFacts } from './aSpec.ts';

const components = Object.keys(allowedArguments) as ComponentName[];
const machines: readonly MachinePlace[] = [
  { role: 'master', slot: 'master-0' },
  { role: 'worker', group: 'workers' },
];

/** The flags that a component's unit starts it with, on any machine. */
function flagsOf(component: ComponentName, changes: Changes = {}): readonly string[] {
  const blueprint = buildBlueprint(aSpec(changes), someFacts());
  const { bucket, nodeApiUrl } = someFacts().deployment;
  const units = machines.flatMap((machine) => {
    const { bundle } = renderBundle({
      blueprint,
      machine,
      endpoint: 'demo-x7k2p-api.elb.us-east-1.amazonaws.com',
      deployment: { bucket, nodeApiUrl },
      authorities: { kubernetes: 'PEM\n', etcd: 'PEM\n', 'front-proxy': 'PEM\n' },
      serviceAccountPublicKey: 'PEM\n',
      wrappedKeys: [],
      volumeIds: someVolumeIds(blueprint),
    });
    return bundle.files.filter(({ path }) => path.endsWith(`/${component}.service`)).map(({ content }) => content);
  });
  return [...new Set(units.join('\n').match(/--[a-z0-9-]+(?:=\S+)?/g) ?? [])];
}

test.each(components)('%s is started with no flag that a spec may set', (component) => {
  const flags = flagsOf(component).map((flag) => flag.slice(2).split('=')[0] ?? '');
  expect(flags).not.toHaveLength(0);
  expect(flags.filter((flag) => Object.hasOwn(allowedArguments[component], flag))).toEqual([]);
});

test.each(components)('no flag that a spec may set for %s is said to belong to kubestep', (component) => {
  expect(Object.keys(allowedArguments[component]).filter((flag) => ownerOf(component, flag) !== undefined)).toEqual([]);
});

test('an extra argument reaches its component, and no other', () => {
  const changes = { 'spec.components.etcd.extraArguments': { 'snapshot-count': '5000' } };
  expect(flagsOf('etcd', changes)).toContain('--snapshot-count=5000');
  expect(flagsOf('kube-apiserver', changes)).not.toContain('--snapshot-count=5000');
});

test.each([
  ['kubelet', { 'cpu-manager-policy': 'banana' }],
  ['kubelet', { 'topology-manager-policy': 'banana' }],
  ['kubelet', { 'eviction-hard': 'banana<5%' }],
  ['kubelet', { 'eviction-hard': 'memory.available=5%' }],
  ['kubelet', { 'image-gc-high-threshold': '101' }],
  ['kubelet', { 'image-gc-high-threshold': '50', 'image-gc-low-threshold': '60' }],
  ['kubelet', { 'max-pods': '999999999999' }],
  ['kubelet', { 'max-pods': '500' }],
  ['kubelet', { 'cpu-manager-policy': 'static' }],
  ['kubelet', { 'eviction-soft': 'memory.available<300Mi' }],
  ['kubelet', { 'feature-gates': 'NoSuchGate=true' }],
  ['kubelet', { 'feature-gates': 'AllAlpha=true' }],
  ['kube-apiserver', { 'feature-gates': 'SidecarContainers=false' }],
  ['etcd', { 'election-timeout': '1' }],
  ['etcd', { 'heartbeat-interval': '500' }],
  ['etcd', { 'log-level': 'banana' }],
] as const)('%s does not start with %j, so it is refused', (component, extraArguments) => {
  const spec = aSpec({ [`spec.components.${component}.extraArguments`]: extraArguments });
  const paths = validateSpec(spec, undefined).map(({ path }) => path);
  expect(paths).not.toEqual([]);
  for (const path of paths) expect(path).toContain(`spec.components.${component}.extraArguments.`);
});

test.each([
  ['kubelet', { 'max-pods': '110', 'eviction-hard': 'memory.available<200Mi,nodefs.available<10%' }],
  ['kubelet', { 'eviction-soft': 'memory.available<300Mi', 'eviction-soft-grace-period': 'memory.available=1m30s' }],
  ['kubelet', { 'cpu-manager-policy': 'static', 'kube-reserved': 'cpu=200m,memory=300Mi' }],
  ['etcd', { 'election-timeout': '2500', 'heartbeat-interval': '250' }],
  ['kube-apiserver', { 'feature-gates': 'InPlacePodVerticalScalingExclusiveCPUs=true' }],
] as const)('%s starts with %j, so it is taken', (component, extraArguments) => {
  const spec = aSpec({ [`spec.components.${component}.extraArguments`]: extraArguments });
  expect(validateSpec(spec, undefined)).toEqual([]);
});

describe('what kubelet keeps from pods', () => {
  const instanceTypeSizes = {
    'm7g.large': { vCpus: 2, memoryMiB: 8192 },
    'm7g.xlarge': { vCpus: 4, memoryMiB: 16_384 },
    'm7g.2xlarge': { vCpus: 8, memoryMiB: 32_768 },
  };
  const pathsWith = (extraArguments: object, changes: Changes = {}) =>
    validateSpec(
      aSpec({ 'spec.components.kubelet.extraArguments': extraArguments, ...changes }),
      someFacts({ instanceTypeSizes }),
    );

  test.each<[object, RegExp]>([
    [{ 'kube-reserved': 'cpu=2' }, /2 processors.*m7g\.large/],
    [{ 'kube-reserved': 'cpu=1500m', 'system-reserved': 'cpu=600m' }, /2 processors/],
    [{ 'kube-reserved': 'memory=9Gi' }, /8192 MiB of memory/],
    [{ 'kube-reserved': 'memory=4Gi', 'eviction-hard': 'memory.available<50%' }, /8192 MiB of memory/],
    [{ 'system-reserved': 'ephemeral-storage=900Gi' }, /GiB on its root volume/],
  ])('%j is more than the smallest machine has, so it is refused by name', (extraArguments, allowed) => {
    const problems = pathsWith(extraArguments);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toMatch(/^spec\.components\.kubelet\.extraArguments\.(kube|system)-reserved$/);
    expect(problems[0]?.allowed).toMatch(allowed);
  });

  test('may be as much as larger machines can spare', () => {
    const larger = {
      'spec.controlPlane.instanceType': 'm7g.2xlarge',
      'spec.nodeGroups.0.instanceTypes': ['m7g.xlarge', 'm7g.2xlarge'],
    };
    expect(pathsWith({ 'kube-reserved': 'cpu=2,memory=9Gi' }, larger)).toEqual([]);
    expect(pathsWith({ 'kube-reserved': 'cpu=4' }, larger)[0]?.allowed).toMatch('m7g.xlarge');
  });
});
