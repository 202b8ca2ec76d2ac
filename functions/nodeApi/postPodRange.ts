import * as z from 'zod';
import { readPrimaryInterface } from '../../shared/aws/machineFacts.ts';
import { allowPodAddresses } from '../../shared/aws/podRoutes.ts';
import { identify, Refused } from '../../shared/nodeApi/identity.ts';
import { jsonText, type NodeResponse, nodeRoute } from '../../shared/nodeApi/nodeRoute.ts';
import { ensurePodRange, NoPodRange, routePodRange } from '../../shared/nodeApi/podRange.ts';

/**
 * POST /node/pod-range: the range of the pods of this machine, the same at every boot, once the VPC routes it there. The
 * machine has no say in which one it is.
 */
export const handler = nodeRoute(z.undefined(), async ({ caller }) => {
  const { identity, plan } = await identify(caller, { fresh: false });
  const { instanceId } = identity;
  if (plan.blueprint.kubernetes.plugin !== 'routed' || identity.role === 'etcd')
    throw new Refused('its pods are not routed by the VPC');
  const primary = await readPrimaryInterface(instanceId);
  if (primary === undefined) throw new Refused('it does not run');
  try {
    const podRange = await ensurePodRange(plan, instanceId, primary);
    if (primary.checksAddresses) await allowPodAddresses(instanceId);
    await routePodRange(plan, podRange);
    return jsonText(`${JSON.stringify({ podRange: podRange.range })}\n`);
  } catch (error) {
    if (!(error instanceof NoPodRange)) throw error;
    return unavailable(error.message);
  }
});

/** The message is in words, unlike refusals: the machine reports it, and an operator reads it. */
const unavailable = (message: string): NodeResponse => ({
  ...jsonText(`${JSON.stringify({ message })}\n`),
  statusCode: 409,
});
