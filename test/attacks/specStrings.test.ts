import { parseAllDocuments } from 'yaml';
import { buildBlueprint } from '../../shared/blueprint/buildBlueprint.ts';
import type { MachinePlace } from '../../shared/blueprint/machinePlace.ts';
import type { ExistingVpc } from '../../shared/facts/facts.ts';
import type { Bundle } from '../../shared/machine/bundle.ts';
import { renderBundle } from '../../shared/machine/renderBundle.ts';
import { parseSpec } from '../../shared/spec/parseSpec.ts';
import type { ClusterSpec } from '../../shared/spec/schema.ts';
import { someVolumeIds } from '../support/aBlueprint.ts';
import { aDocument, someFacts } from '../unit/spec/aSpec.ts';

/** What would break out of a file, a unit, a script or a terminal if it were let in unread. */
const payloads = [
  '$(touch /tmp/owned)',
  '`touch /tmp/owned`',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's and systemd's syntax is what is tried.
  '${HOME}',
  '%n%H%%',
  '"; touch /tmp/owned; "',
  "'; touch /tmp/owned; '",
  'a b --anonymous-auth=true',
  'value" "--anonymous-auth=true',
  'back\\slash\\n',
  '{{ .Values }}',
  '*anchor &anchor !!js',
  'key: value # comment',
  '- item',
  'line\nExecStartPre=/bin/touch /tmp/owned',
  'line\r\nline',
  'tab\tend',
  'nul\u0000end',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u202eright to left',
  'é',
  '../../etc/passwd',
  '',
  'x'.repeat(5000),
];

const subnetIds = (first: string) => ['a', 'b', 'c'].map((letter) => `subnet-${first}000000${letter}`);

const somebodysVpc: ExistingVpc = {
  vpcId: 'vpc-0a1b2c3d',
  cidrs: ['10.8.0.0/16'],
  resolvesNames: true,
  givesHostnames: true,
  subnets: [...subnetIds('0'), ...subnetIds('1')].map((subnetId, index) => ({
    subnetId,
    zone: `us-east-1${subnetId.at(-1)}`,
    cidr: `10.8.${index}.0/24`,
    wayOut: 'translated',
    givesPublicAddresses: false,
  })),
};

/** A document that has every kind of text field, set to something good. */
const full = () =>
  aDocument({
    'metadata.environment': 'test',
    'metadata.tags': { team: 'platform' },
    'spec.api': { access: 'internal', allowedCIDRs: ['10.0.0.0/8'], additionalSANs: ['api.example.com'] },
    'spec.network': {
      vpc: { id: somebodysVpc.vpcId, subnets: { private: subnetIds('0'), public: subnetIds('1') } },
      endpoints: { interface: ['ecr.api'] },
    },
    'spec.etcd': { placement: 'dedicated', instanceType: 'm7g.large', volume: { type: 'gp3', sizeGiB: 20 } },
    'spec.controlPlane.instanceType': 'm7g.large',
    'spec.nodeGroups.0.zones': ['us-east-1a'],
    'spec.auditPolicy': {
      rules: [
        {
          level: 'Metadata',
          users: ['system:kube-proxy'],
          userGroups: ['system:nodes'],
          verbs: ['get'],
          namespaces: ['kube-system'],
          resources: [{ group: 'apps', resources: ['deployments'], resourceNames: ['web'] }],
          nonResourceURLs: ['/healthz*'],
        },
      ],
    },
    'spec.nodeGroups.0.labels': { 'example.com/tier': 'web' },
    'spec.nodeGroups.0.taints': [{ key: 'example.com/batch', value: 'true', effect: 'NoSchedule' }],
    'spec.components': { 'kube-apiserver': { extraArguments: { 'event-ttl': '30m' } } },
    'spec.maintenanceWindow': { days: ['TUE'], start: '02:00', durationHours: 4, timezone: 'Europe/Berlin' },
    'spec.oidc': { issuerUrl: 'https://id.example.com', clientId: 'kubernetes' },
  });

type Path = readonly (string | number)[];

/** Where in a document texts are, as values and as names that the author chooses. */
function textsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    textsIn(child, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

const freeNames: readonly Path[] = [
  ['metadata', 'tags'],
  ['spec', 'nodeGroups', 0, 'labels'],
  ['spec', 'components', 'kube-apiserver', 'extraArguments'],
];

type Tree = Record<string | number, unknown>;

function withText(path: Path, text: string): unknown {
  const document = structuredClone(full());
  const parent = path.slice(0, -1).reduce<Tree>((node, name) => node[name] as Tree, document as Tree);
  parent[path.at(-1) ?? ''] = text;
  return document;
}

function withName(path: Path, name: string): unknown {
  const document = structuredClone(full());
  const parent = path.reduce<Tree>((node, each) => node[each] as Tree, document as Tree);
  parent[name] = 'value';
  return document;
}

const machines: readonly MachinePlace[] = [
  { role: 'master', slot: 'master-0' },
  { role: 'worker', group: 'workers' },
];

function bundlesOf(spec: ClusterSpec): Bundle[] {
  const facts = someFacts({ existingVpc: somebodysVpc });
  const blueprint = buildBlueprint(spec, facts);
  const { bucket, nodeApiUrl } = facts.deployment;
  return machines.map((machine) => {
    const { bundle, text } = renderBundle({
      blueprint,
      machine: machine.role === 'worker' ? { role: 'worker', group: spec.spec.nodeGroups[0]?.name ?? '' } : machine,
      endpoint: 'api.example.com',
      deployment: { bucket, nodeApiUrl },
      authorities: { kubernetes: 'one\n', etcd: 'two\n', 'front-proxy': 'three\n' },
      serviceAccountPublicKey: 'key\n',
      wrappedKeys: [],
      volumeIds: someVolumeIds(blueprint),
    });
    expect(JSON.parse(text)).toEqual(bundle);
    return bundle;
  });
}

/** The arguments of ExecStart= as systemd reads them (source: systemd.service(5), "Command lines"). */
function argumentsOf(unit: string): string[] {
  const joined = unit.replaceAll('\\\n', ' ');
  const line = /^ExecStart=(.*)$/m.exec(joined)?.[1] ?? '';
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '').replaceAll('%%', '%').replaceAll('$$', '$'),
  );
}

const unitsOf = (bundle: Bundle) => bundle.files.filter(({ path }) => path.endsWith('.service'));

/** What every file of every machine must be, whatever was in the spec. */
function expectSound(bundle: Bundle, calm: Bundle): void {
  expect(bundle.files.map(({ path }) => path)).toEqual(calm.files.map(({ path }) => path));
  for (const [index, file] of unitsOf(bundle).entries()) {
    const keys = (text: string) =>
      [...text.replaceAll('\\\n', ' ').matchAll(/^(\[?[A-Za-z]+[\]=])/gm)].map(([, key]) => key);
    expect([file.path, keys(file.content)]).toEqual([file.path, keys(unitsOf(calm)[index]?.content ?? '')]);
  }
  for (const { path, content } of bundle.files) {
    if (/\.ya?ml$/.test(path))
      expect([path, parseAllDocuments(content).flatMap(({ errors }) => errors)]).toEqual([path, []]);
    expect([path, /^[\t\n\x20-\x7e]*$/.test(content)]).toEqual([path, true]);
  }
}

const problemsOf = (document: unknown) => {
  const parsed = parseSpec(document);
  return 'problems' in parsed ? parsed.problems : undefined;
};

const calm = () => {
  const parsed = parseSpec(full());
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return bundlesOf(parsed.spec);
};

test('every text of a spec that could break a file is refused, or ends in files of the same shape', () => {
  const expected = calm();
  const documents = [
    ...textsIn(full()).flatMap((path) => payloads.map((text) => withText(path, text))),
    ...freeNames.flatMap((path) => payloads.map((text) => withName(path, text))),
  ];
  let refused = 0;
  for (const document of documents) {
    const parsed = parseSpec(document);
    if ('problems' in parsed) {
      refused += 1;
      continue;
    }
    for (const [index, bundle] of bundlesOf(parsed.spec).entries()) {
      const like = expected[index];
      if (!like) throw new Error('another number of bundles');
      expectSound(bundle, like);
    }
  }
  console.log(`fuzzed texts: ${documents.length} tried, ${refused} refused, ${documents.length - refused} rendered`);
  expect(documents.length).toBeGreaterThan(500);
});

test('no text with a control character is taken anywhere', () => {
  const taken = textsIn(full()).filter((path) =>
    ['line\nnext', 'nul\u0000', '\u001b[2J', 'tab\t', 'bell\u0007'].some(
      (text) => problemsOf(withText(path, text)) === undefined,
    ),
  );
  expect(taken).toEqual([]);
});

test.each(payloads.filter((text) => /^[\x20-\x7e]{1,1024}$/.test(text)))(
  'an extra argument %j reaches its component as one argument, byte for byte, or is refused',
  (text) => {
    const parsed = parseSpec(withText(['spec', 'components', 'kube-apiserver', 'extraArguments', 'event-ttl'], text));
    if ('problems' in parsed) return;
    const [master] = bundlesOf(parsed.spec);
    const unit = master?.files.find(({ path }) => path.endsWith('/kube-apiserver.service'));
    expect(argumentsOf(unit?.content ?? '').filter((argument) => argument.startsWith('--event-ttl='))).toEqual([
      `--event-ttl=${text}`,
    ]);
  },
);
