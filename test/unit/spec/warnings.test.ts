import { validateSpec } from '../../../shared/validation/validateSpec.ts';
import { warningsOf } from '../../../shared/validation/warnings.ts';
import { aSpec, type Changes, eventSpecs, someFacts } from './aSpec.ts';

const group = (more: object) => [{ name: 'workers', instanceTypes: ['m7g.large'], min: 1, max: 6, ...more }];

test('the sample of one highly available cluster is worth no second look', () => {
  expect(warningsOf(eventSpecs()[0] ?? aSpec(), someFacts())).toEqual([]);
  expect(warningsOf(aSpec(), someFacts())).toEqual([]);
});

test.each<[string, Changes, string, RegExp]>([
  ['three members in two zones', { 'spec.zones': ['us-east-1a', 'us-east-1b'] }, 'spec.zones', /2 of 3 .* us-east-1a/],
  ['three members in one zone', { 'spec.zones': ['us-east-1a'] }, 'spec.zones', /3 of 3/],
  ['a single member', { 'spec.etcd.members': 1 }, 'spec.etcd.members', /loss of the cluster/],
  ["pods on the internet's addresses", { 'spec.network.podCIDR': '52.0.0.0/11' }, 'spec.network.podCIDR', /internet/],
  ['no addons', { 'spec.addons': [] }, 'spec.addons', /no name resolves/],
  [
    'groups of up to 1,500',
    { 'spec.nodeGroups': group({ max: 1500 }) },
    'spec.controlPlane.instanceType',
    /1500 nodes.*m7g\.large would do/,
  ],
  [
    'graphics processors',
    { 'spec.nodeGroups': group({ instanceTypes: ['g5g.xlarge'] }) },
    'spec.nodeGroups[0].instanceTypes',
    /no driver/,
  ],
  [
    'a family that nobody counts',
    { 'spec.nodeGroups': group({ instanceTypes: ['zz9g.large'] }) },
    'spec.nodeGroups',
    /not judged/,
  ],
  [
    'an API for everyone',
    { 'spec.api': { access: 'public', allowedCIDRs: ['0.0.0.0/0'] } },
    'spec.api.allowedCIDRs',
    /everyone/,
  ],
])('%s: a warning, never a refusal', (_, changes, path, consequence) => {
  const spec = aSpec(changes);
  expect(warningsOf(spec, undefined).find((warning) => warning.path === path)?.consequence).toMatch(consequence);
  expect(validateSpec(spec, undefined)).toEqual([]);
});

test('what could not be counted in time is said', () => {
  const facts = someFacts({ quotas: { 'L-1216C47A': 1000 }, usage: { 'L-F678F1CE': 1 } });
  expect(warningsOf(aSpec(), facts).map(({ path }) => path)).toEqual(['the account']);
});

test('a type chosen by hand is not questioned', () => {
  const changes = { 'spec.nodeGroups': group({ max: 1500 }), 'spec.controlPlane.instanceType': 'm7g.16xlarge' };
  expect(warningsOf(aSpec(changes), undefined)).toEqual([]);
});
