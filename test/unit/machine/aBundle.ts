import type { Bundle, BundleInput } from '../../../shared/machine/bundle.ts';
import { type Component, unitFile } from '../../../shared/machine/components.ts';
import { aBlueprint, someVolumeIds } from '../../support/aBlueprint.ts';

/** What a bundle of the first master is made from. */
export function anInput(overrides: Partial<BundleInput> = {}): BundleInput {
  return {
    blueprint: aBlueprint(),
    machine: { role: 'master', slot: 'master-0' },
    endpoint: 'demo-api.elb.us-east-1.amazonaws.com',
    deployment: { bucket: 'kubestep', nodeApiUrl: 'https://abc.execute-api.us-east-1.amazonaws.com' },
    authorities: { kubernetes: 'kubernetes CA\n', etcd: 'etcd CA\n', 'front-proxy': 'front proxy CA\n' },
    serviceAccountPublicKey: 'public key\n',
    wrappedKeys: [
      { purpose: 'service-account', keyArn: 'arn:aws:kms:us-east-1:123456789012:key/1', ciphertext: 'AAAA' },
    ],
    volumeIds: someVolumeIds(overrides.blueprint ?? aBlueprint()),
    ...overrides,
  };
}

export const aWorker = anInput({ machine: { role: 'worker', group: 'general' } });

export const contentOf = ({ files }: Bundle, path: string): string => {
  const found = files.find((file) => file.path === path);
  if (!found) throw new Error(`the bundle has no ${path}`);
  return found.content;
};

export const unit = (bundle: Bundle, name: string) => contentOf(bundle, unitFile(name as Component));

/** The flags of a unit, each on a line of its own. */
export function flagsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^ {2}"?--([a-z0-9-]+)=(.*?)"?(?: \\)?$/gm)].map(([, name, value]) => [name, value]),
  );
}
