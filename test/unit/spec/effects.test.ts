import { documentField, withAllBelow } from '../../../cli/explain/field.ts';
import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import { placesOf } from '../../../shared/blueprint/machinePlace.ts';
import { componentContents } from '../../../shared/machine/components.ts';
import { renderBundle } from '../../../shared/machine/renderBundle.ts';
import { clusterJsonSchema } from '../../../shared/spec/jsonSchema.ts';
import type { ClusterSpec } from '../../../shared/spec/schema.ts';
import { diffSpecs } from '../../../shared/validation/changes.ts';
import { effects } from '../../../shared/validation/effects.ts';
import { anInput } from '../machine/aBundle.ts';
import { aSpec, type Changes, someFacts } from './aSpec.ts';

const fields = withAllBelow(documentField(clusterJsonSchema()))
  .filter(({ path, shapes }) => path !== '' && shapes.length === 0)
  .map(({ path }) => path.replace(/^spec\.nodeGroups(?=\.|$)/, 'spec.nodeGroups[workers]'));

test('every field of the schema has exactly one effect', () => {
  const rowsOf = (path: string) => effects.filter(([pattern]) => pattern.test(path)).length;
  expect(fields.length).toBeGreaterThan(60);
  expect(fields.filter((path) => rowsOf(path) !== 1)).toEqual([]);
});

/** For each field a change of it; `components` is what the effect has to name. */
const changesInPlace: readonly (readonly [string, Changes])[] = [
  ['spec.podSecurity', { 'spec.podSecurity': 'restricted' }],
  ['spec.components.etcd', { 'spec.components': { etcd: { extraArguments: { 'snapshot-count': '20000' } } } }],
  [
    'spec.components.kube-apiserver',
    { 'spec.components': { 'kube-apiserver': { extraArguments: { 'max-requests-inflight': '800' } } } },
  ],
  [
    'spec.components.kube-controller-manager',
    { 'spec.components': { 'kube-controller-manager': { extraArguments: { 'concurrent-gc-syncs': '30' } } } },
  ],
  [
    'spec.components.kube-scheduler',
    { 'spec.components': { 'kube-scheduler': { extraArguments: { 'kube-api-qps': '100' } } } },
  ],
  ['spec.oidc', { 'spec.oidc': { issuerUrl: 'https://issuer.example.com', clientId: 'kubestep' } }],
  ['spec.auditPolicy', { 'spec.auditPolicy': { rules: [{ level: 'Metadata' }] } }],
];

/** What a switch of each component of every machine would install. */
function contentsOf(spec: ClusterSpec): ReadonlyMap<string, string> {
  const blueprint = buildBlueprint(spec, someFacts());
  return new Map(
    placesOf(blueprint).flatMap((machine) => {
      const { bundle } = renderBundle(anInput({ blueprint, machine }));
      return [...componentContents(bundle)].map(([component, content]) => [
        `${machine.role} ${component} ${JSON.stringify(machine)}`,
        content,
      ]);
    }),
  );
}

const rendered = (before: ClusterSpec, after: ClusterSpec): string[] => {
  const [was, is] = [contentsOf(before), contentsOf(after)];
  const differing = [...is].filter(([place, content]) => was.get(place) !== content);
  return [...new Set(differing.map(([place]) => place.split(' ').slice(0, 2).join(' ')))].sort();
};

test('the changes below cover every row that is carried out in place', () => {
  const rows = effects.filter(([, { kind }]) => kind === 'in place').map(([pattern]) => pattern);
  expect(rows.filter((pattern) => !changesInPlace.some(([path]) => pattern.test(path)))).toEqual([]);
});

test.each(changesInPlace)(
  'a change of %s changes what its effect names, and no other component of any machine',
  (_, changes) => {
    const [before, after] = [aSpec(), aSpec(changes)];
    const named = diffSpecs(before, after).flatMap(({ effect }) =>
      effect.kind === 'in place' ? effect.components : [],
    );
    expect(named.length).toBeGreaterThan(0);
    expect(rendered(before, after)).toEqual([...new Set(named.map((component) => `master ${component}`))].sort());
  },
);

test.each<[string, Changes]>([
  ['sizes', { 'spec.nodeGroups.0.min': 4, 'spec.nodeGroups.0.max': 9 }],
  ['the maintenance window', { 'spec.maintenanceWindow': { days: ['SUN'], start: '03:00', durationHours: 4 } }],
  ['the protection', { 'spec.deletionProtection': true }],
  ['add-ons of manifests alone', { 'spec.addons': ['coredns', 'aws-cloud-controller-manager', 'aws-ebs-csi-driver'] }],
])('%s change nothing that a machine runs by', (_, changes) => {
  expect(rendered(aSpec(), aSpec(changes))).toEqual([]);
});
