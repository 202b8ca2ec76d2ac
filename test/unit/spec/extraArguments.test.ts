import type { ComponentName } from '../../../shared/blueprint/blueprint.ts';
import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import { type BundleMachine, renderBundle } from '../../../shared/node/bundle.ts';
import { allowedArguments, ownerOf } from '../../../shared/spec/argumentFacts.ts';
import { someVolumeIds } from '../../support/aBlueprint.ts';
import { aSpec, type Changes, someFacts } from './aSpec.ts';

const components = Object.keys(allowedArguments) as ComponentName[];
const machines: readonly BundleMachine[] = [
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
