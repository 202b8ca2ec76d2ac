import * as z from 'zod';
import { readObjectText } from '../aws/storedObjects.ts';
import { readBundleRow } from '../store/bundles.ts';
import type { IdentifiedMachine } from './identity.ts';

const bundleHead = z.object({ cluster: z.object({ endpoint: z.string() }) });

/**
 * DNS name of the API's load balancer, from the bundle that the machine boots from: there it is before the cluster's record
 * has it. Only API servers have it in a certificate.
 */
export async function endpointOf({ identity, plan, slot }: IdentifiedMachine): Promise<string> {
  if (!slot?.runs.controlPlane) return '';
  const row = await readBundleRow(identity.clusterId, slot.key);
  const text = row && (await readObjectText(plan.facts.deployment.bucket, row.objectKey));
  if (text === undefined)
    throw new Error(`RenderBundles has stored no bundle for ${slot.key} of ${identity.clusterId}`);
  return bundleHead.parse(JSON.parse(text)).cluster.endpoint;
}
