import { parseAllDocuments } from 'yaml';
import { addonsManifest } from '../../../shared/addons/addons.ts';
import { overlayManifest } from '../../../shared/addons/overlay.ts';
import type { Blueprint } from '../../../shared/blueprint/blueprint.ts';
import { kubectlOn } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';
import { blueprintOf } from '../support/plan.ts';

interface Object {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** How an operator's apply differs from this one: nothing is kept. */
const dryRun = [
  'apply',
  '--server-side',
  '--force-conflicts',
  '--dry-run=server',
  '--field-manager',
  'checks',
  '--filename',
  '-',
];

const objectsOf = (text: string): readonly Object[] =>
  parseAllDocuments(text).map((document) => document.toJSON() as Object);
const written = (objects: readonly Object[]): string => objects.map((object) => JSON.stringify(object)).join('\n---\n');

async function accepted(text: string): Promise<void> {
  const objects = objectsOf(text);
  const answers = (await kubectlOn(written(objects), ...dryRun)).trim().split('\n');
  expect(answers).toHaveLength(objects.length);
  expect(answers.filter((line) => !line.includes('serverside-applied (server dry run)'))).toEqual([]);
}

onMachines('the real API server accepts', () => {
  let blueprint: Blueprint;
  const having = (changes: Partial<Blueprint['kubernetes']>): Blueprint => ({
    ...blueprint,
    kubernetes: { ...blueprint.kubernetes, ...changes },
  });

  beforeAll(async () => {
    blueprint = await blueprintOf('local');
  });

  test.each(['aws-cloud-controller-manager', 'aws-ebs-csi-driver', 'metrics-server', 'coredns'] as const)(
    'the addon %s, object by object',
    async (addon) => {
      await accepted(addonsManifest(having({ addons: [addon] })).text);
    },
  );

  test.each(['flannel', 'routed'] as const)('the pod network %s', async (plugin) => {
    const { text } = overlayManifest(having({ plugin }));
    if (text !== '') await accepted(text);
  });

  test('calico in both of its modes: its definitions for real, everything else as a trial', async () => {
    const definitions = (text: string) => objectsOf(text).filter(({ kind }) => kind === 'CustomResourceDefinition');
    const vxlan = overlayManifest(having({ plugin: 'calico' })).text;
    expect(definitions(vxlan).length).toBeGreaterThan(10);
    const applied = written(definitions(vxlan));
    await kubectlOn(applied, 'apply', '--server-side', '--field-manager', 'checks', '--filename', '-');
    try {
      await kubectlOn(applied, 'wait', '--for', 'condition=Established', '--timeout', '60s', '--filename', '-');
      await accepted(vxlan);
      await accepted(overlayManifest(having({ plugin: 'calico', calicoMode: 'bgp-cross-subnet' })).text);
    } finally {
      // Each takes seconds to go; nothing depends on it.
      await kubectlOn(applied, 'delete', '--wait=false', '--filename', '-');
    }
  });

  test('nothing that it does not know: a wrong field is refused, so the trial is a true one', async () => {
    const { text } = addonsManifest(having({ addons: ['coredns'] }));
    const wrong = text.replace('kind: Deployment', 'kind: Deployment\nunknownField: 1');
    expect(wrong).not.toBe(text);
    await expect(accepted(wrong)).rejects.toThrow(/unknownField/);
  });
});
