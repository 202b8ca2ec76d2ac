import { diffSpecs } from '../../../shared/validation/changes.ts';
import { validateSpec } from '../../../shared/validation/validateSpec.ts';
import { aSpec, type Changes, someFacts } from './aSpec.ts';

const problemsOfChange = (changes: Changes) =>
  validateSpec(aSpec(changes), someFacts(), aSpec()).map(({ path }) => path);

test('a spec that says the same differs in nothing', () => {
  expect(diffSpecs(aSpec(), aSpec())).toEqual([]);
});

test('groups are compared by name, not by position', () => {
  const group = (name: string, max: number) => ({ name, instanceTypes: ['m7g.large'], min: 1, max });
  const before = aSpec({ 'spec.nodeGroups': [group('web', 3), group('batch', 3)] });
  const after = aSpec({ 'spec.nodeGroups': [group('batch', 3), group('web', 4)] });
  expect(diffSpecs(before, after)).toMatchObject([{ path: 'spec.nodeGroups[web].max', before: 3, after: 4 }]);
});

test('a group that comes or goes is one change', () => {
  const more = { name: 'more', instanceTypes: ['m7g.large'], max: 1 };
  const [change, ...others] = diffSpecs(aSpec(), aSpec({ 'spec.nodeGroups.1': more }));
  expect(change).toMatchObject({ path: 'spec.nodeGroups[more]', before: undefined });
  expect(others).toEqual([]);
});

test.each<[string, Changes]>([
  ['spec.network.podCIDR', { 'spec.network.podCIDR': '100.96.0.0/12' }],
  ['spec.network.plugin', { 'spec.network.plugin': 'calico' }],
  ['spec.network.vpc.cidr', { 'spec.network.vpc.cidr': '10.1.0.0/16' }],
  ['spec.zones', { 'spec.zones': ['us-east-1b', 'us-east-1a', 'us-east-1c'] }],
  ['spec.api.access', { 'spec.api.access': 'public', 'spec.api.allowedCIDRs': ['203.0.113.0/24'] }],
  ['spec.etcd.placement', { 'spec.etcd.placement': 'dedicated' }],
  ['metadata.name', { 'metadata.name': 'other' }],
])('%s cannot change in a living cluster', (path, changes) => {
  expect(problemsOfChange(changes)).toEqual([path]);
});

test.each<[string, Changes]>([
  ['sizes', { 'spec.nodeGroups.0.max': 20 }],
  ['types', { 'spec.controlPlane.instanceType': 'm7g.xlarge' }],
  ['the patch version', { 'spec.kubernetesVersion': '1.36.3' }],
  ['who may reach the API', { 'spec.api.allowedCIDRs': ['10.0.0.0/8'] }],
])('%s can', (_, changes) => {
  expect(problemsOfChange(changes)).toEqual([]);
});

test.each([
  ['1.35.7', '1.36.3', []],
  ['1.36.3', '1.35.7', ['spec.kubernetesVersion']],
  ['1.34.10', '1.36.3', ['spec.kubernetesVersion']],
  ['1.36.3', '1.36.2', ['spec.kubernetesVersion']],
])('from %s to %s', (from, to, paths) => {
  const [before, after] = [from, to].map((version) => aSpec({ 'spec.kubernetesVersion': version }));
  expect(validateSpec(after ?? aSpec(), someFacts(), before).map(({ path }) => path)).toEqual(paths);
});
