import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { clusterJsonSchema } from '../../../shared/spec/jsonSchema.ts';
import { parseSpec } from '../../../shared/spec/parseSpec.ts';
import { describeProblems, type SpecProblem } from '../../../shared/spec/problems.ts';
import { problemsOfDocument } from '../../../shared/validation/validateSpec.ts';
import { aDocument, aSpec, type Changes, eventSpecs } from './aSpec.ts';

const problemsOf = (source: unknown): readonly SpecProblem[] => {
  const result = parseSpec(source);
  return 'problems' in result ? result.problems : [];
};

describe('a spec', () => {
  test('needs a region, zones, a version and a group; the rest has defaults', () => {
    const { metadata, spec } = aSpec();
    expect(metadata.environment).toBe('production');
    expect(spec.network).toMatchObject({ vpc: { cidr: '10.0.0.0/16' }, podCIDR: '100.96.0.0/11', plugin: 'flannel' });
    expect(spec).toMatchObject({ podSecurity: 'baseline', secretsEncryption: true, deletionProtection: true });
  });

  test('means the same as an object, as JSON and as YAML', () => {
    expect(parseSpec(JSON.stringify(aDocument()))).toEqual(parseSpec(aDocument()));
    expect(parseSpec(stringify(aDocument()))).toEqual(parseSpec(aDocument()));
  });

  test('with its defaults written out means the same again', () => {
    for (const spec of [aSpec(), ...eventSpecs()]) expect(parseSpec(spec)).toEqual({ spec });
  });

  test.each<[string, Changes, string, RegExp]>([
    ['an upper-case name', { 'metadata.name': 'Demo' }, 'metadata.name', /lower-case/],
    ['a name too long for a load balancer', { 'metadata.name': 'a'.repeat(21) }, 'metadata.name', /1 to 20/],
    ['a name that AWS keeps', { 'metadata.name': 'internal-x' }, 'metadata.name', /"internal"/],
    ['a version without quotes', { 'spec.kubernetesVersion': 1.36 }, 'spec.kubernetesVersion', /quotes/],
    [
      'a range with bits beyond its prefix',
      { 'spec.network.podCIDR': '10.0.0.1/8' },
      'spec.network.podCIDR',
      /10\.0\.0\.0\/16/,
    ],
    ['an even number of members', { 'spec.etcd.members': 2 }, 'spec.etcd.members', /odd/],
    ['a misspelt field', { 'spec.network.podCidr': '10.0.0.0/8' }, 'spec.network.podCidr', /podCIDR/],
    ['an unknown component', { 'spec.components.kubelt': {} }, 'spec.components.kubelt', /kubelet/],
    ['a missing field', { 'spec.region': undefined }, 'spec.region', /region/],
    ['text for a number', { 'spec.nodeGroups.0.max': '6' }, 'spec.nodeGroups[0].max', /number/],
    [
      'a VPC both new and existing',
      { 'spec.network.vpc': { cidr: '10.0.0.0/16', id: 'vpc-0a1b2c3d' } },
      'spec.network.vpc.id',
      /cidr/,
    ],
    [
      'a label key with a space',
      { 'spec.nodeGroups.0.labels': { 'a b': 'c' } },
      'spec.nodeGroups[0].labels.a b',
      /team/,
    ],
  ])('refuses %s, says where and what is allowed', (_, changes, path, allowed) => {
    const problem = problemsOf(aDocument(changes)).find((one) => one.path === path);
    expect(`${problem?.allowed}`).toMatch(allowed);
    expect(problem?.remedy).toMatch(/\w+.*[.?]$/);
  });

  test.each<[string, Changes, string]>([
    ['leading zeros in a range', { 'spec.network.podCIDR': '100.096.0.0/11' }, 'spec.network.podCIDR'],
    ['a leading zero in a prefix', { 'spec.network.podCIDR': '10.0.0.0/08' }, 'spec.network.podCIDR'],
    ['leading zeros in an address', { 'spec.api.additionalSANs': ['10.0.0.01'] }, 'spec.api.additionalSANs[0]'],
    ['nobody who may reach the API', { 'spec.api.allowedCIDRs': [] }, 'spec.api.allowedCIDRs'],
    [
      'a label of a domain with an empty part',
      { 'spec.nodeGroups.0.labels': { 'example..com/a': 'b' } },
      'spec.nodeGroups[0].labels.example..com/a',
    ],
    [
      "AWS's long name of an endpoint",
      { 'spec.network.endpoints.interface': ['com.amazonaws.us-east-1.ssm'] },
      'spec.network.endpoints.interface[0]',
    ],
    [
      'a time zone of Mars',
      { 'spec.maintenanceWindow': { days: ['MON'], start: '02:00', timezone: 'Mars/Phobos' } },
      'spec.maintenanceWindow.timezone',
    ],
    [
      'a time zone that is only an abbreviation',
      { 'spec.maintenanceWindow': { days: ['MON'], start: '02:00', timezone: 'CEST' } },
      'spec.maintenanceWindow.timezone',
    ],
    [
      'a time zone in another spelling',
      { 'spec.maintenanceWindow': { days: ['MON'], start: '02:00', timezone: 'europe/berlin' } },
      'spec.maintenanceWindow.timezone',
    ],
    ['an issuer that is a dot', { 'spec.oidc': { issuerUrl: 'https://.', clientId: 'x' } }, 'spec.oidc.issuerUrl'],
    [
      'a port that does not exist',
      { 'spec.oidc': { issuerUrl: 'https://id.example.com:99999', clientId: 'x' } },
      'spec.oidc.issuerUrl',
    ],
  ])('refuses %s', (_, changes, path) => {
    expect(problemsOf(aDocument(changes)).map((problem) => problem.path)).toEqual([path]);
  });

  test.each([
    [4711, '"4711"'],
    [true, '"true"'],
  ])('says to write %s in quotes where text is meant', (value, quoted) => {
    const [problem] = problemsOf(aDocument({ 'metadata.tags': { 'cost-center': value } }));
    expect(problem?.remedy).toBe(`Write it in quotes: ${quoted}.`);
  });

  test('of another tool is one problem, not one for each of its fields', () => {
    const problems = problemsOf({ apiVersion: 'eksctl.io/v1alpha5', kind: 'ClusterConfig', nodeGroups: [], foo: 1 });
    expect(problems.map(({ path, remedy }) => [path, /eksctl/.test(remedy)])).toEqual([['apiVersion', true]]);
  });

  test('that contains itself is refused', () => {
    expect(problemsOf('x: &x [*x]\n')).not.toHaveLength(0);
  });

  test('shows a number that JSON cannot write', () => {
    const problem = problemsOf('spec: { nodeGroups: [{ max: .inf }] }').find(({ path }) => path.endsWith('.max'));
    expect(problem?.found).toBe('Infinity');
  });

  test('is judged in the parts whose shape is right, beside what is wrong with the shape of others', () => {
    const document = aDocument({
      'spec.kubernetesVersion': 1.36,
      'spec.foo': 1,
      'spec.network.podCIDR': '10.0.0.0/11',
      'spec.nodeGroups.0.min': 9,
      'spec.nodeGroups.0.taints': [
        { key: 'a', value: true, effect: 'NoSchedule' },
        { key: 'kubestep/x', effect: 'NoSchedule' },
      ],
    });
    expect(
      problemsOfDocument(parseSpec(document))
        .map(({ path }) => path)
        .sort(),
    ).toEqual([
      'spec.foo',
      'spec.kubernetesVersion',
      'spec.network.podCIDR',
      'spec.nodeGroups[0].min',
      'spec.nodeGroups[0].taints[0].value',
      'spec.nodeGroups[0].taints[1].key',
    ]);
  });

  test('reports nothing about the substitute for a field that cannot be read', () => {
    for (const field of [
      'spec.region',
      'spec.zones',
      'spec.kubernetesVersion',
      'spec.nodeGroups',
      'metadata',
      'spec.network.podCIDR',
    ])
      for (const value of [undefined, 1]) {
        const paths = problemsOfDocument(parseSpec(aDocument({ [field]: value }))).map(({ path }) => path);
        if (value === undefined && field.endsWith('CIDR')) expect(paths).toEqual([]);
        else expect(paths).toEqual([field]);
      }
  });

  test('with thousands of wrong fields is answered with the first 50 problems, wherever the fields are', () => {
    const strange = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`strange${index}`, index]));
    for (const document of [{ ...aDocument(), ...strange }, aDocument({ 'spec.components.kubelet': strange })]) {
      const problems = problemsOfDocument(parseSpec(document));
      expect(problems).toHaveLength(50);
      expect(describeProblems(problems)).toMatch(/^The first 50 problems in the spec; nothing was touched\./);
    }
    for (const field of ['metadata.tags', 'spec.zones', 'spec.nodeGroups', 'spec.addons', 'spec.api.allowedCIDRs']) {
      const value = field === 'metadata.tags' ? strange : Object.values(strange);
      const { length } = problemsOfDocument(parseSpec(aDocument({ [field]: value })));
      expect(length).toBeGreaterThan(0);
      expect(length).toBeLessThanOrEqual(50);
    }
  });

  test('with a field whose name is as long as a book is refused like any other', () => {
    const problems = problemsOf(aDocument({ [`spec.${'x'.repeat(1_000_000)}`]: 1 }));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.remedy).toBe('Remove it.');
  });

  test('reports every problem at once, each place once', () => {
    const problems = problemsOf(
      aDocument({ 'metadata.name': 'X', 'spec.zones': [], 'spec.etcd.members': 4, 'spec.foo': 1 }),
    );
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'metadata.name',
      'spec.etcd.members',
      'spec.foo',
      'spec.zones',
    ]);
  });

  test.each([
    ['a repeated field', 'kind: Cluster\nkind: Cluster\n', 'line 2', /once/],
    ['text that is no YAML', 'spec: [\n', 'line 2', /YAML/],
    ['a second document', 'a: 1\n---\nb: 2\n', 'line 2', /one document/],
    ['YAML 1.1, where no is false', '%YAML 1.1\n---\nkind: no\n', 'line 1', /YAML 1\.2/],
    ['a number that begins with zero', 'kind: Cluster\nmin: 010\n', 'line 2', /leading zeros/],
    ['100,000 brackets', '['.repeat(100_000), 'line 1', /100 brackets/],
    ['900 closed brackets', `${'['.repeat(900)}${']'.repeat(900)}`, 'line 1', /100 brackets/],
    ['100,000 dashes', `a:\n${'- '.repeat(100_000)}`, 'line 2', /1000 columns/],
    ['a NUL in a comment', 'kind: Cluster # \0\n', 'line 1', /UTF-8/],
    ["old Macintosh's line ends", 'kind: Cluster\rfoo: 1\r', 'line 1', /line feed/],
    ['a name that JavaScript swallows', 'a: { __proto__: x }\n', 'line 1', /another name/],
    ['a template', '{{ .Values }}: a\n', 'line 1', /YAML/],
    ['an unknown tag', 'spec: !include other.yaml\n', 'line 1', /YAML/],
  ])('refuses %s and names the line', (_, source, path, allowed) => {
    const problem = problemsOf(source).find((one) => one.path === path);
    expect(`${problem?.allowed}`).toMatch(allowed);
  });

  test('that refers to itself without end is refused, not expanded', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
    ];
    expect(problemsOf(bomb.join('\n'))).not.toHaveLength(0);
  });
});

describe('every string of a spec', () => {
  const places = stringPlaces(eventSpecs()[1]);

  test('is covered here', () => expect(places.length).toBeGreaterThan(40));

  test.each(places.map((place) => [place.join('.'), place]))(
    '%s admits no control character, anywhere in it',
    (_, place) => {
      for (const control of ['\n', '\r', '\t', '\0', '\u001b', '\u0085', '\u2028']) {
        for (const edited of [(text: string) => control + text, (text: string) => text + control]) {
          const document = JSON.parse(JSON.stringify(eventSpecs()[1])) as object;
          edit(document, place, edited);
          const problems = problemsOf(document);
          expect(problems).not.toHaveLength(0);
          for (const problem of problems) expect(Object.values(problem).join()).toMatch(/^[\x20-\x7e…]*$/);
        }
      }
    },
  );
});

test.each([
  ['metadata.tags', 'ke\ny'],
  ['spec.nodeGroups.0.labels', 'ke\ny'],
  ['spec.components.kubelet.extraArguments', 'v\n'],
  ['spec.components.kubelet.extraArguments', 'v=1 --anonymous-auth'],
])('keys of %s admit no control character and no second flag', (path, key) => {
  expect(problemsOf(aDocument({ [path]: { [key]: 'value' } }))).not.toHaveLength(0);
});

// Written by: npx tsx -e "import('./shared/spec/jsonSchema.ts').then((it) => console.log(JSON.stringify(it.clusterJsonSchema(), null, 2)))" > docs/cluster.schema.json
test('the published JSON Schema is the one that is checked', () => {
  const published: unknown = JSON.parse(readFileSync('docs/cluster.schema.json', 'utf8'));
  expect(JSON.parse(JSON.stringify(clusterJsonSchema()))).toEqual(published);
});

test('every field that a person may write has a description, for editors', () => {
  expect(withoutDescription(JSON.parse(JSON.stringify(clusterJsonSchema())))).toEqual([]);
});

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly anyOf?: readonly Described[];
  readonly items?: Described;
}

function withoutDescription({ properties = {}, anyOf = [], items }: Described, place = ''): readonly string[] {
  const inside = [...anyOf, ...(items ? [items] : [])].flatMap((part) => withoutDescription(part, place));
  const fields = Object.entries(properties).flatMap(([name, field]) => [
    ...(field.description === undefined ? [`${place}.${name}`] : []),
    ...withoutDescription(field, `${place}.${name}`),
  ]);
  return [...inside, ...fields];
}

type Place = readonly string[];

function stringPlaces(value: unknown, place: Place = []): readonly Place[] {
  if (typeof value === 'string') return [place];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => stringPlaces(inner, [...place, key]));
}

function edit(target: object, place: Place, edited: (text: string) => string): void {
  const [last = '', ...path] = [...place].reverse();
  const parent = path
    .reverse()
    .reduce<Record<string, unknown>>(
      (value, key) => value[key] as Record<string, unknown>,
      target as Record<string, unknown>,
    );
  parent[last] = edited(String(parent[last]));
}
