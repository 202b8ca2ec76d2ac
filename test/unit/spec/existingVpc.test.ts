import type { ExistingVpc } from '../../../shared/facts/facts.ts';
import { validateSpec } from '../../../shared/validation/validateSpec.ts';
import { anExistingVpc, aSpec, someFacts } from './aSpec.ts';
import { testRefusals } from './refusals.ts';

const yourVpc = { id: 'vpc-0a1b2c3d', subnets: { private: ['subnet-0000000a', 'subnet-0000000b', 'subnet-0000000c'] } };

const existingVpc: ExistingVpc = { ...anExistingVpc(), cidrs: ['10.8.0.0/16', '100.66.0.0/16'] };

/** That VPC, its first subnet changed. */
function subnetWith(changes: Partial<ExistingVpc['subnets'][number]>): ExistingVpc {
  const subnets = existingVpc.subnets.map((subnet, index) => (index === 0 ? { ...subnet, ...changes } : subnet));
  return { ...existingVpc, subnets };
}

test('a spec may name a VPC that is there', () => {
  expect(validateSpec(aSpec({ 'spec.network.vpc': yourVpc }), someFacts({ existingVpc }))).toEqual([]);
});

testRefusals({
  'pods that overlap a VPC that is there': {
    changes: { 'spec.network.vpc': yourVpc, 'spec.network.podCIDR': '10.8.0.0/13' },
    facts: { existingVpc },
    path: 'spec.network.podCIDR',
    remedy: /Move/,
  },
  'a subnet both private and public': {
    changes: {
      'spec.network.vpc': { ...yourVpc, subnets: { ...yourVpc.subnets, public: ['subnet-0000000a'] } },
    },
    facts: { existingVpc },
    path: 'spec.network.vpc.subnets.public',
    remedy: /one of the two/,
  },
  'a VPC that is not there': {
    changes: { 'spec.network.vpc': yourVpc },
    path: 'spec.network.vpc.id',
    remedy: /Correct/,
  },
  'a VPC without a subnet in a zone': {
    changes: { 'spec.network.vpc': yourVpc },
    facts: { existingVpc: { ...existingVpc, subnets: existingVpc.subnets.slice(0, 2) } },
    path: 'spec.network.vpc.subnets.private',
    remedy: /us-east-1c/,
  },
  'Services that overlap a further range of a VPC that is there': {
    changes: { 'spec.network.vpc': yourVpc, 'spec.network.serviceCIDR': '100.66.0.0/20' },
    facts: { existingVpc },
    path: 'spec.network.serviceCIDR',
    remedy: /Move the Services/,
  },
  'machines in a subnet without a way out': {
    changes: { 'spec.network.vpc': yourVpc },
    facts: { existingVpc: subnetWith({ wayOut: 'none' }) },
    path: 'spec.network.vpc.subnets.private[0]',
    remedy: /NAT gateway/,
  },
  'machines in a public subnet that gives no addresses': {
    changes: { 'spec.network.vpc': yourVpc },
    facts: { existingVpc: subnetWith({ wayOut: 'internet-gateway' }) },
    path: 'spec.network.vpc.subnets.private[0]',
    remedy: /list this one under public/,
  },
  'a public load balancer where the internet does not come': {
    changes: {
      'spec.network.vpc': { ...yourVpc, subnets: { private: ['subnet-0000000b'], public: ['subnet-0000000a'] } },
      'spec.api': { access: 'public', allowedCIDRs: ['203.0.113.0/24'] },
    },
    facts: { existingVpc },
    path: 'spec.network.vpc.subnets.public[0]',
    remedy: /internet gateway/,
  },
  'a VPC without names': {
    changes: { 'spec.network.vpc': yourVpc },
    facts: { existingVpc: { ...existingVpc, resolvesNames: false } },
    path: 'spec.network.vpc.id',
    remedy: /--enable-dns-support/,
  },
  'endpoints in a VPC without host names': {
    changes: { 'spec.network.vpc': yourVpc, 'spec.network.endpoints.interface': ['ssm'] },
    facts: { existingVpc: { ...existingVpc, givesHostnames: false } },
    path: 'spec.network.vpc.id',
    remedy: /--enable-dns-hostnames/,
  },
  'a VPC that would catch calls to the Node API': {
    changes: { 'spec.network.vpc': yourVpc },
    facts: { existingVpc: { ...existingVpc, hasPrivateNodeApiEndpoint: true } },
    path: 'spec.network.vpc.id',
    remedy: /private DNS/,
  },
  'gateway endpoints in a VPC of yours': {
    changes: { 'spec.network.vpc': yourVpc, 'spec.network.endpoints.gateway': ['s3'] },
    facts: { existingVpc },
    path: 'spec.network.endpoints.gateway',
    remedy: /yourself/,
  },
  'routed pods in a VPC of yours': {
    changes: { 'spec.network.vpc': yourVpc, 'spec.network.plugin': 'routed' },
    facts: { existingVpc },
    path: 'spec.network.plugin',
    remedy: /flannel/,
  },
});

test('a subnet that is named twice is not reported as missing', () => {
  const subnets = { ...yourVpc.subnets, public: ['subnet-0000000a'] };
  const problems = validateSpec(aSpec({ 'spec.network.vpc': { ...yourVpc, subnets } }), someFacts({ existingVpc }));
  expect(problems.map(({ path }) => path)).toEqual(['spec.network.vpc.subnets.public']);
});

test('gateway endpoints in a VPC of yours: refused without an account', () => {
  const spec = aSpec({ 'spec.network.vpc': yourVpc, 'spec.network.endpoints.gateway': ['s3'] });
  expect(validateSpec(spec, undefined).map(({ path }) => path)).toEqual(['spec.network.endpoints.gateway']);
});
