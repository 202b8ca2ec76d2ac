import * as z from 'zod';
import { putObjectOnce } from '../../../shared/aws/assetObjects.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import { bundleKey, placeName, placesOf } from '../../../shared/blueprint/machinePlace.ts';
import type { Plan } from '../../../shared/blueprint/plan.ts';
import type { BundleInput } from '../../../shared/machine/bundle.ts';
import { renderBundle } from '../../../shared/machine/renderBundle.ts';
import { step } from '../../../shared/step/step.ts';
import { listAuthorities } from '../../../shared/store/authorities.ts';
import { readBundleRow, writeBundleRow } from '../../../shared/store/bundles.ts';
import { knownResources } from '../../../shared/store/resources.ts';

/** A creation knows them from its steps; later they are stored. */
const input = z.object({ endpoint: z.string().optional(), volumeIds: idsByKey.optional() });

/** Renders what every slot and node group boots from, stores it under its hash, and records which machine gets which. */
export const handler = step(input, async ({ run, plan, input }) => {
  const endpoint = input.endpoint ?? (await storedEndpoint(run.clusterId, plan));
  const volumeIds = input.volumeIds ?? (await storedVolumeIds(run.clusterId, plan));
  const shared = { ...(await trustOf(plan)), blueprint: plan.blueprint, endpoint, volumeIds };
  const places = placesOf(plan.blueprint);
  for (const machine of places) await storeBundle(plan, { ...shared, machine });
  return { bundles: places.length };
});

/** The name that the bundles of slots were rendered with before. */
async function storedEndpoint(clusterId: string, { blueprint: { slots } }: Plan): Promise<string> {
  const row = await readBundleRow(clusterId, slots[0]?.key ?? '');
  if (!row) throw new Error(`RenderBundles has stored no bundle for the slots of ${clusterId}`);
  return row.endpoint;
}

async function storedVolumeIds(clusterId: string, { blueprint: { slots } }: Plan): Promise<Record<string, string>> {
  const known = await knownResources(clusterId);
  return Object.fromEntries(
    slots.flatMap(({ key, volume }) => (volume === undefined ? [] : [[key, known.idOf(`volume/${key}`) ?? '']])),
  );
}

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
