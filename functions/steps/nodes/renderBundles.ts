import * as z from 'zod';
import { putObjectOnce } from '../../../shared/aws/assetObjects.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import { bundleKey, placeName, placesOf } from '../../../shared/blueprint/machinePlace.ts';
import type { Plan } from '../../../shared/blueprint/plan.ts';
import type { BundleInput } from '../../../shared/machine/bundle.ts';
import { renderBundle } from '../../../shared/machine/renderBundle.ts';
import { step } from '../../../shared/step/step.ts';
import { listAuthorities } from '../../../shared/store/authorities.ts';
import { writeBundleRow } from '../../../shared/store/bundles.ts';

const input = z.object({ endpoint: z.string(), volumeIds: idsByKey });

/** Renders what every slot and node group boots from, stores it under its hash, and records which machine gets which. */
export const handler = step(input, async ({ plan, input: { endpoint, volumeIds } }) => {
  const shared = { ...(await trustOf(plan)), blueprint: plan.blueprint, endpoint, volumeIds };
  const places = placesOf(plan.blueprint);
  for (const machine of places) await storeBundle(plan, { ...shared, machine });
  return { bundles: places.length };
});

async function storeBundle(plan: Plan, input: BundleInput): Promise<void> {
  const { text, sha256 } = renderBundle(input);
  const { id } = plan.blueprint.cluster;
  const key = bundleKey(id, input.machine.role, sha256);
  await putObjectOnce({ bucket: input.deployment.bucket, key }, Buffer.from(text), sha256);
  await writeBundleRow(id, { machine: placeName(input.machine), sha256, objectKey: key, endpoint: input.endpoint });
}

async function trustOf({
  facts,
  blueprint,
}: Plan): Promise<Pick<BundleInput, 'deployment' | 'authorities' | 'serviceAccountPublicKey' | 'wrappedKeys'>> {
  const rows = new Map((await listAuthorities(blueprint.cluster.id)).map((row) => [row.name, row]));
  const row = (name: string) => {
    const found = rows.get(name);
    if (!found) throw new Error(`IssueCerts has stored no ${name} for ${blueprint.cluster.id}`);
    return found;
  };
  const wrapped = (purpose: 'service-account' | 'secrets-encryption') => {
    const { keyArn, ciphertext = '' } = row(purpose);
    return { purpose, keyArn, ciphertext };
  };
  return {
    deployment: facts.deployment,
    authorities: {
      kubernetes: row('kubernetes-ca').pem ?? '',
      etcd: row('etcd-ca').pem ?? '',
      'front-proxy': row('front-proxy-ca').pem ?? '',
    },
    serviceAccountPublicKey: row('service-account').pem ?? '',
    wrappedKeys: [wrapped('service-account'), wrapped('secrets-encryption')],
  };
}
