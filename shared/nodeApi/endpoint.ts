import { readBundleRow } from '../store/bundles.ts';
import type { IdentifiedMachine } from './identity.ts';

/**
 * DNS name of the API's load balancer, from the record of the bundle that the machine boots from: there it is before the
 * cluster's record has it. Only API servers have it in a certificate.
 */
export async function endpointOf({ identity, slot }: IdentifiedMachine): Promise<string> {
  if (!slot?.runs.controlPlane) return '';
  const row = await readBundleRow(identity.clusterId, slot.key);
  if (row === undefined) throw new Error(`RenderBundles has stored no bundle for ${slot.key} of ${identity.clusterId}`);
  return row.endpoint;
}
