import { resourcesOf } from '../../../shared/blueprint/resources.ts';
import { exportTerraform } from '../../../shared/export/terraform/exportTerraform.ts';
import { inJson, nameOf } from '../../../shared/export/terraform/syntax.ts';
import { type BlockSchema, readProviderSchema } from '../../terraform/providerSchema.ts';
import { aSpec } from '../spec/aSpec.ts';
import {
  addressOf,
  type Declared,
  declaredIn,
  exportOf,
  importsIn,
  planInExistingVpc,
  planOf,
  somePlans,
  wholeObservation,
} from './anExport.ts';

const schema = readProviderSchema();

/** What Terraform itself understands in every resource. */
const metaArguments = new Set(['lifecycle']);

describe.each(somePlans(20))('the export of %s', (_, plan) => {
  const exported = exportOf(plan);
  const declared = declaredIn(exported);
  const addresses = declared.map(addressOf);

  test('says only what the provider lets a configuration say, and all that it requires', () => {
    expect(declared.flatMap(problemsOf)).toEqual([]);
  });

  test('imports each resource exactly once', () => {
    const managed = declared.filter(({ mode }) => mode === 'resource').map(addressOf);
    expect(
      importsIn(exported)
        .map(({ to }) => to)
        .sort(),
    ).toEqual([...managed].sort());
    expect(new Set(managed).size).toBe(managed.length);
    for (const { id } of importsIn(exported)) expect(id).toMatch(/^\S+$/);
  });

  test('names only what it declares', () => {
    const named = [...JSON.stringify(exported.files).matchAll(/\$\{((?:data\.)?aws_\w+\.\w+)\.\w+\}/g)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !addresses.includes(name ?? ''))).toEqual([]);
  });

  test('has every resource of the blueprint, or says why it is left out', () => {
    const ids = wholeObservation(plan).ids;
    const imported = new Set(importsIn(exported).map(({ id }) => id));
    const missing = resourcesOf(plan.blueprint).filter(
      ({ kind, key, name }) =>
        !imported.has(ids.get(`${kind}/${key}`) ?? '') &&
        !imported.has(name) &&
        !exported.leftOut.some(({ what }) => what.split(', ').includes(`${kind}/${key}`)),
    );
    expect(missing).toEqual([]);
  });
});

function problemsOf({ mode, type, name, values }: Declared): string[] {
  const known = schema[mode][type];
  if (!known) return [`${type}: no such type in the stored schema`];
  const own = Object.fromEntries(Object.entries(values).filter(([argument]) => !metaArguments.has(argument)));
  return blockProblems(known, own).map((problem) => `${type}.${name}: ${problem}`);
}

function blockProblems(known: BlockSchema, values: Readonly<Record<string, unknown>>): string[] {
  const missing = Object.entries(known).filter(([argument, kind]) => kind === 'required' && !(argument in values));
  return [
    ...missing.map(([argument]) => `${argument} is required`),
    ...Object.entries(values).flatMap(([argument, value]) => {
      const kind = known[argument];
      if (kind === undefined) return [`${argument} cannot be set`];
      if (typeof kind === 'string') return [];
      const blocks = (Array.isArray(value) ? value : [value]) as Readonly<Record<string, unknown>>[];
      return blocks.flatMap((block) => blockProblems(kind, block).map((problem) => `${argument}.${problem}`));
    }),
  ];
}

test('what the check of arguments would find: one that does not exist, one that only AWS sets, one that is missing', () => {
  const values = { cidr_block: '10.0.0.0/24', vpc_idd: 'vpc-1', arn: 'arn:aws:ec2:subnet' };
  expect(problemsOf({ mode: 'resource', type: 'aws_subnet', name: 'one', values })).toEqual([
    'aws_subnet.one: vpc_id is required',
    'aws_subnet.one: vpc_idd cannot be set',
    'aws_subnet.one: arn cannot be set',
  ]);
});

test('nothing of a VPC that somebody else owns is managed', () => {
  const exported = exportOf(planInExistingVpc());
  const managed = new Set(
    declaredIn(exported)
      .filter(({ mode }) => mode === 'resource')
      .map(({ type }) => type),
  );
  for (const type of ['aws_vpc', 'aws_subnet', 'aws_route_table', 'aws_route', 'aws_nat_gateway', 'aws_eip'])
    expect(managed).not.toContain(type);
  expect(managed).toContain('aws_vpc_endpoint');
  expect(exported.leftOut).toContainEqual(expect.objectContaining({ what: expect.stringContaining('vpc-0a1b2c3d') }));
});

test('a public load balancer lets NAT gateways in by the addresses that they have', () => {
  const access = { access: 'public', allowedCIDRs: ['203.0.113.0/24'] };
  const rules = declaredIn(exportOf(planOf(aSpec({ 'spec.api': access }))))
    .filter(({ type }) => type === 'aws_vpc_security_group_ingress_rule')
    .map(({ values }) => values.cidr_ipv4);
  expect(rules).toContain(`${expression('aws_eip.elastic_ip_us_east_1a.public_ip')}/32`);
});

test('what holds data or opens it cannot be destroyed by a plan', () => {
  const declared = declaredIn(exportOf(planOf(aSpec())));
  for (const type of ['aws_vpc', 'aws_kms_key', 'aws_ebs_volume']) {
    const ofType = declared.filter((one) => one.type === type);
    expect(ofType.length).toBeGreaterThan(0);
    for (const { values } of ofType) expect(values).toMatchObject({ lifecycle: { prevent_destroy: true } });
  }
});

test('a rule and a route that AWS does not show are named, and so is a rule of somebody else', () => {
  const plan = planOf(aSpec());
  const whole = wholeObservation(plan);
  const [lost, ...rules] = whole.rules;
  const stranger = {
    id: 'sgr-stranger',
    groupId: lost?.groupId ?? '',
    direction: 'ingress',
    identity: 'tcp 22-22 0.0.0.0/0',
  } as const;
  const routeTables = whole.routeTables.map((table) => (table.key === 'public' ? { ...table, routes: [] } : table));
  const exported = exportTerraform(plan, { ...whole, rules: [...rules, stranger], routeTables });
  const named = exported.leftOut.map(({ what }) => what).join('\n');
  expect(named).toContain('the default route of route-table/public');
  expect(named).toContain('sgr-stranger');
  expect(named).toMatch(/the ingress rule .* of security-group/);
  expect(importsIn(exported).map(({ id }) => id)).not.toContain(lost?.id);
  expect(importsIn(exported).length).toBe(importsIn(exportOf(plan)).length - 2);
});

/** How JSON syntax marks what is evaluated. */
const expression = (text: string): string => `\${${text}}`;

test('names follow from our own keys, and text is never taken for an expression', () => {
  expect(nameOf('subnet', 'control-us-east-1a')).toBe('subnet_control_us_east_1a');
  expect(inJson({ policy: `arn:*:${expression('aws:username')}`, note: '100 %{ if }' })).toEqual({
    policy: `arn:*:$${expression('aws:username')}`,
    note: '100 %%{ if }',
  });
});

test('outputs have the names that kops gives', () => {
  const { output } = exportOf(planOf(aSpec())).files['outputs.tf.json'] as {
    output: Record<string, { value: unknown }>;
  };
  expect(output).toMatchObject({
    cluster_name: { value: 'demo' },
    region: { value: 'us-east-1' },
    vpc_id: { value: expression('aws_vpc.vpc_main.id') },
    node_security_group_ids: { value: [expression('aws_security_group.security_group_workers.id')] },
    masters_role_arn: { value: expression('aws_iam_role.role_master.arn') },
    nodes_role_name: { value: expression('aws_iam_role.role_worker.name') },
  });
  for (const name of ['node_subnet_ids', 'master_security_group_ids', 'node_autoscaling_group_ids', 'vpc_cidr_block'])
    expect(output).toHaveProperty(name);
});

test('the largest spec fits into what Lambda answers', () => {
  const groups = Array.from({ length: 100 }, (_, index) => ({
    name: `group-${index}`,
    instanceTypes: ['m7g.large', 'm7g.xlarge', 'm7g.2xlarge'],
    min: 0,
    max: 10,
  }));
  const tags = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`key-${index}`, 'x'.repeat(100)]));
  const plan = planOf(aSpec({ 'spec.nodeGroups': groups, 'metadata.tags': tags }));
  const observed = wholeObservation(plan);
  const userData = 'A'.repeat(4000);
  const templates = Object.fromEntries(groups.map(({ name }) => [name, { version: '1', description: 'a', userData }]));
  const exported = exportTerraform(plan, { ...observed, templates });
  expect(JSON.stringify(JSON.stringify(exported)).length).toBeLessThan(5_000_000);
});
