import { instanceTypes } from '../../../local/cloud/ec2/instanceTypes.ts';
import { architectureOf, needsDrivers, vCpuQuotaOf, vCpusOf } from '../../../shared/spec/instanceTypes.ts';
import { validateSpec } from '../../../shared/validation/validateSpec.ts';
import { aSpec, someFacts } from './aSpec.ts';

test("names say what EC2's list says: processors and architecture of every type of the model", () => {
  for (const { name, vcpus, architecture } of instanceTypes) {
    expect([name, vCpusOf(name)]).toEqual([name, vcpus]);
    expect([name, architectureOf(name)]).toEqual([name, architecture === 'arm64' ? 'arm64' : 'amd64']);
    expect([name, vCpuQuotaOf(name)?.onDemand.code]).not.toContain(undefined);
  }
});

test.each([
  ['m5.metal', 96, 'L-1216C47A'],
  ['m7i.metal-24xl', 96, 'L-1216C47A'],
  ['im4gn.4xlarge', 16, 'L-1216C47A'],
  ['is4gen.2xlarge', 8, 'L-1216C47A'],
  ['hpc7a.96xlarge', 192, 'L-F7808C92'],
  ['g5.12xlarge', 48, 'L-DB2E81BA'],
  ['vt1.3xlarge', 12, 'L-DB2E81BA'],
  ['gr6.4xlarge', 16, 'L-DB2E81BA'],
  ['p4d.24xlarge', 96, 'L-417A185B'],
  ['p6-b200.48xlarge', 192, 'L-417A185B'],
  ['f2.6xlarge', 24, 'L-74FC7D96'],
  ['x2gd.metal', 64, 'L-7295265B'],
  ['dl1.24xlarge', 96, 'L-6E869C2A'],
  ['trn1n.32xlarge', 128, 'L-2C3B7624'],
  ['inf2.xlarge', 4, 'L-1945791B'],
  ['u7i-12tb.224xlarge', 896, 'L-43DA4232'],
])('%s has %s processors and counts to %s', (type, vCpus, code) => {
  expect([vCpusOf(type), vCpuQuotaOf(type)?.onDemand.code]).toEqual([vCpus, code]);
});

test("Spot of P5 has a quota of its own, and NVIDIA's Grace is an Arm processor", () => {
  expect([vCpuQuotaOf('p5en.48xlarge')?.spot?.code, vCpuQuotaOf('p3.2xlarge')?.spot?.code]).toEqual([
    'L-C4BD4855',
    'L-7212CCBC',
  ]);
  expect([architectureOf('p6e-gb200.36xlarge'), architectureOf('p6-b200.48xlarge')]).toEqual(['arm64', 'amd64']);
  expect([needsDrivers('g5.xlarge'), needsDrivers('inf2.xlarge'), needsDrivers('m7g.large')]).toEqual([
    true,
    true,
    false,
  ]);
});

test.each([
  ['g5.12xlarge', 'L-DB2E81BA', 96],
  ['p4d.24xlarge', 'L-417A185B', 192],
  ['m5.metal', 'L-1216C47A', 194],
])('two %s need what the quota %s of a new account does not give', (type, code, wanted) => {
  const spec = aSpec({
    'spec.zones': ['us-east-1a'],
    'spec.etcd.members': 1,
    'spec.controlPlane.instanceType': 'm7i.large',
    'spec.nodeGroups': [{ name: 'w', instanceTypes: [type], min: 2, max: 2 }],
  });
  const quotas = { 'L-1216C47A': 5, 'L-DB2E81BA': 0, 'L-417A185B': 0 };
  const instanceTypeZones = { [type]: ['us-east-1a'], 'm7i.large': ['us-east-1a'] };
  const problems = validateSpec(spec, someFacts({ quotas, instanceTypeZones }));
  const remedies = problems.map(({ remedy }) => remedy).join();
  expect(remedies).toContain(`--quota-code ${code} --desired-value ${wanted}.`);
});
