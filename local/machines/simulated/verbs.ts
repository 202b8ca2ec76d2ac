import type { CommandResult } from '../../cloud/machinePort.ts';
import { nowOf } from '../../cloud/world.ts';
import { applied, finishedVerbs, machines } from './machineRows.ts';
import { bundleOf, type MachineContext, report } from './nodeApi.ts';

/** Runs a verb of the node script: safe to repeat, ends by reporting the operation that it was sent for. */
export async function runVerb(
  context: MachineContext,
  parameters: Readonly<Record<string, readonly string[]>>,
): Promise<CommandResult> {
  const [verb = ''] = parameters['Verb'] ?? [];
  const [operationId = ''] = parameters['OperationId'] ?? [];
  const name = `${context.machine.instanceId}/${operationId}`;
  const finished = finishedVerbs(context.cloud.world);
  try {
    const result = perform(context, verb);
    finished.put(name, { output: JSON.stringify(result), exitCode: 0 });
    await report(context, { operationId, outcome: 'done', result });
    return { status: 'Success', exitCode: 0, standardOutput: JSON.stringify(result), standardError: '' };
  } catch (error) {
    const message = (error as Error).message;
    await report(context, { operationId, outcome: 'failed', message });
    return { status: 'Failed', exitCode: 1, standardOutput: '', standardError: message };
  }
}

function perform(context: MachineContext, verb: string): Record<string, string | number | boolean> {
  const { world } = context.cloud;
  const { cluster } = bundleOf(context);
  if (context.machine.apiSince === undefined) throw new Error('the API server of this machine does not answer');
  switch (verb) {
    case 'apply-overlay':
      applied(world).put(`${cluster.id}/overlay`, { at: nowOf(world) });
      return { applied: true };
    case 'apply-addons':
      applied(world).put(`${cluster.id}/addons`, { at: nowOf(world) });
      return { applied: true };
    case 'validate':
      return validate(context);
    default:
      throw new Error(`the node script has no verb ${verb}`);
  }
}

/** What the cluster says of itself: its members, its API servers, its nodes. */
function validate(context: MachineContext): Record<string, string | number | boolean> {
  const { cloud } = context;
  const { cluster } = bundleOf(context);
  const members = [...machines(cloud.world).rows()].filter(
    (machine) => machine.bundle !== undefined && bundleOf({ cloud, machine }).cluster.id === cluster.id,
  );
  return {
    etcdMembers: members.filter((row) => row.etcdSince !== undefined).length,
    apiServers: members.filter((row) => row.apiSince !== undefined).length,
    readyNodes: members.filter((row) => row.nodeReadySince !== undefined).length,
    kubernetesVersion: cluster.kubernetesVersion,
  };
}
