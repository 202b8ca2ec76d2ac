import { isVerb, malformedArguments, type NodeVerb, type VerbShape, verbs } from '../../../shared/machine/verbs.ts';
import { tableOf, type World } from '../../cloud/world.ts';
import { bundleOf, type MachineContext } from './nodeApi.ts';

/** A verb as a machine is asked for it. */
export interface AskedVerb {
  readonly verb: string;
  readonly fence: string;
  readonly given: Readonly<Record<string, string>>;
}

/** The unit that a machine has which may be asked for verbs of a kind; any machine may be asked for the others. */
const units: Readonly<Partial<Record<VerbShape['on'], string>>> = {
  etcd: 'etcd.service',
  'control-plane': 'kube-apiserver.service',
  node: 'kubelet.service',
};

/** The newest fence that each machine has seen, by instance. It lies on the disk. */
const fences = tableOf<{ readonly fence: number }>('machines.fences');

/** What the node script refuses before it begins, in its words; answers the verb where it does not. */
export function acceptedVerb(context: MachineContext, { verb, fence, given }: AskedVerb): NodeVerb {
  if (!isVerb(verb)) throw new Error(`kubestep-node knows no verb ${verb}`);
  const { on, unfenced }: VerbShape = verbs[verb];
  const unit = units[on];
  if (unit !== undefined && !bundleOf(context).units.includes(unit)) throw new Error(`this machine runs no ${on}`);
  if (!unfenced) keepFence(context.cloud.world, context.machine.instanceId, fence);
  const [malformed] = malformedArguments(verb, given);
  if (malformed !== undefined) throw new Error(`the argument ${malformed} is not of its form`);
  return verb;
}

/** As far as a fence may be ahead of the last. */
const furthest = 10_000;

function keepFence(world: World, instanceId: string, text: string): void {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`a fence is needed, and this is none: ${text}`);
  const seen = fences(world).get(instanceId)?.fence ?? 0;
  const fence = Number(text);
  if (fence < seen) throw new Error(`fence ${fence} is older than ${seen}: another run has taken over`);
  if (seen > 0 && fence > seen + furthest) throw new Error(`fence ${fence} is too far ahead of ${seen}`);
  fences(world).put(instanceId, { fence });
}
