import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addonsManifest } from '../../shared/addons/addons.ts';
import { overlayManifest } from '../../shared/addons/overlay.ts';
import { buildBlueprint } from '../../shared/blueprint/buildBlueprint.ts';
import { placeName, placesOf } from '../../shared/blueprint/machinePlace.ts';
import { renderBundle } from '../../shared/machine/renderBundle.ts';
import { someVolumeIds } from '../support/aBlueprint.ts';
import { aSpec, type Changes, someFacts } from '../unit/spec/aSpec.ts';

/** Go's program, a module of its own. */
const program = join(import.meta.dirname, 'kinds');

const addons = ['aws-cloud-controller-manager', 'aws-ebs-csi-driver', 'coredns', 'metrics-server'];

/** Specs that together bring every file and every addon. */
const specs: Readonly<Record<string, Changes>> = {
  flannel: { 'spec.network.plugin': 'flannel', 'spec.addons': addons },
  routed: {
    'spec.network.plugin': 'routed',
    'spec.oidc': { issuerUrl: 'https://id.example.com', clientId: 'kubernetes' },
  },
  calico: {
    'spec.network.plugin': 'calico',
    'spec.network.calico.mode': 'bgp-cross-subnet',
    'spec.nodeGroups.0.max': 300,
  },
  dedicated: { 'spec.etcd': { placement: 'dedicated', instanceType: 'm7g.large' } },
};

/** What components and kubectl read as Kubernetes' objects, by a path of its own. */
function documentsOf(name: string, changes: Changes): [path: string, text: string][] {
  const { deployment } = someFacts();
  const blueprint = buildBlueprint(aSpec(changes), someFacts());
  const files = placesOf(blueprint).flatMap((machine) => {
    const { bundle } = renderBundle({
      blueprint,
      machine,
      endpoint: 'api.example.com',
      deployment,
      authorities: { kubernetes: 'PEM\n', etcd: 'PEM\n', 'front-proxy': 'PEM\n' },
      serviceAccountPublicKey: 'PEM\n',
      wrappedKeys: [],
      volumeIds: someVolumeIds(blueprint),
    });
    const read = bundle.files.filter(({ path }) => /\.(yaml|kubeconfig)$/.test(path));
    return read.map(({ path, content }) => [join(name, placeName(machine), path), content] as [string, string]);
  });
  return [
    ...files,
    [join(name, 'overlay.yaml'), overlayManifest(blueprint).text],
    [join(name, 'addons.yaml'), addonsManifest(blueprint).text],
  ];
}

/** Lets Kubernetes' own types read every configuration of a machine and every object that is applied. */
function judgeKinds(): number {
  if (spawnSync('go', ['version']).status !== 0) {
    console.log('skipped: this machine has no go');
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-kinds-'));
  try {
    const documents = Object.entries(specs).flatMap(([name, changes]) => documentsOf(name, changes));
    for (const [path, text] of documents) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const paths = documents.map(([path]) => join(folder, path));
    return spawnSync('go', ['run', '.', ...paths], { cwd: program, stdio: 'inherit' }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = judgeKinds();
