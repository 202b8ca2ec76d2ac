import type { RuleBlueprint, SecurityGroupKey } from '../../../shared/blueprint/blueprint.ts';
import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import { aSpec, type Changes, someFacts } from '../spec/aSpec.ts';

const ingressOf = (key: SecurityGroupKey, changes: Changes = {}): readonly RuleBlueprint[] =>
  buildBlueprint(aSpec(changes), someFacts()).securityGroups.find((group) => group.key === key)?.ingress ?? [];

const admits = (rules: readonly RuleBlueprint[], protocol: string, port: number, from: SecurityGroupKey): boolean =>
  rules.some(
    (rule) =>
      rule.protocol === protocol &&
      rule.fromPort === port &&
      'securityGroupKey' in rule.peer &&
      rule.peer.securityGroupKey === from,
  );

test.each<[string, Changes, string, number]>([
  ['flannel', {}, 'udp', 8472],
  ['calico over VXLAN', { 'spec.network.plugin': 'calico' }, 'udp', 4789],
  ['calico by BGP', { 'spec.network.plugin': 'calico', 'spec.network.calico.mode': 'bgp-cross-subnet' }, 'tcp', 179],
  ['calico by BGP', { 'spec.network.plugin': 'calico', 'spec.network.calico.mode': 'bgp-cross-subnet' }, '4', -1],
  ['routed', { 'spec.network.plugin': 'routed' }, 'all', -1],
])('%s passes between masters and workers in all four directions', (_, changes, protocol, port) => {
  for (const to of ['masters', 'workers'] as const)
    for (const from of ['masters', 'workers'] as const)
      expect(admits(ingressOf(to, changes), protocol, port, from)).toBe(true);
});

test.each<[string, Changes]>([
  ['flannel', {}],
  ['calico', { 'spec.network.plugin': 'calico' }],
])('with %s a Service of type NodePort is reached through every node', (_, changes) => {
  for (const to of ['masters', 'workers'] as const)
    for (const from of ['masters', 'workers'] as const)
      for (const protocol of ['tcp', 'udp']) expect(admits(ingressOf(to, changes), protocol, 30_000, from)).toBe(true);
});

test('a pod network opens no port of another', () => {
  const ports = [4789, 179, 5473];
  expect([...ingressOf('workers'), ...ingressOf('masters')].filter(({ fromPort }) => ports.includes(fromPort))).toEqual(
    [],
  );
  expect(ingressOf('workers').filter(({ protocol }) => protocol === 'all')).toEqual([]);
});

test('etcd is open to masters and itself, and to nobody by address', () => {
  const rules = ingressOf('etcd');
  expect(
    rules.every(({ peer }) => 'securityGroupKey' in peer && ['masters', 'etcd'].includes(peer.securityGroupKey)),
  ).toBe(true);
  expect(admits(rules, 'tcp', 2379, 'masters')).toBe(true);
  expect(admits(rules, 'tcp', 2380, 'masters')).toBe(false);
});

test('workers do not serve the API, and only the listed ports of masters are open to them', () => {
  expect(ingressOf('workers').some(({ fromPort }) => fromPort === 6443)).toBe(false);
  const toMasters = ingressOf('masters').filter(
    ({ peer }) => 'securityGroupKey' in peer && peer.securityGroupKey === 'workers',
  );
  expect([...new Set(toMasters.map(({ fromPort }) => fromPort))].sort()).toEqual([10_250, 30_000, 6443, 8472]);
});

test('an internal API is open to the VPC, a public one only to whom the spec names and to machines behind NAT', () => {
  const cidrs = (changes: Changes) =>
    ingressOf('loadBalancer', changes).flatMap(({ peer }) => ('cidr' in peer ? [peer.cidr] : []));
  expect(cidrs({})).toEqual(['10.0.0.0/16']);
  const open = { 'spec.api': { access: 'public', allowedCIDRs: ['203.0.113.0/24'] } };
  expect(cidrs(open)).toEqual(['203.0.113.0/24']);
  const gateways = ingressOf('loadBalancer', open).flatMap(({ peer }) =>
    'natGatewayKey' in peer ? [peer.natGatewayKey] : [],
  );
  expect(gateways).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
});
