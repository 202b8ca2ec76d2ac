import { callAs } from '../../../local/cloud/sdk.ts';
import { writeBundleRow } from '../../../shared/store/bundles.ts';
import { administrator } from '../../support/testWorld.ts';
import { createNetwork } from './createNetwork.ts';
import type { Steps } from './steps.ts';

/** Runs the functions that make roles, slots, masters and node groups. */
export async function createMachines(cluster: Steps, attempt = 0) {
  const { run, plan } = cluster;
  const { subnetIds, securityGroupIds } = await createNetwork(cluster, attempt);
  await run('createRoles');
  const { keyArns } = await run('createKeys', {}, { attempt });
  const { networkInterfaceIds } = await run('createNetworkInterfaces', { subnetIds, securityGroupIds });
  const { volumeIds } = await run('createVolumes', { keyArns });
  await bundlesRendered(cluster);
  const machines = { networkInterfaceIds, volumeIds, keyArns, taskToken: 'token' };
  await run('launchEtcd', machines);
  await run('startMasters', machines);
  await run('createNodeGroups', { subnetIds, securityGroupIds, keyArns });
  for (const { name } of plan.blueprint.nodeGroups) await run('rollNodes', { nodeGroup: name, taskToken: 'token' });
}

/** Everything that LaunchEtcd needs. */
export async function beforeLaunch(cluster: Steps) {
  const { run } = cluster;
  const { subnetIds, securityGroupIds } = await createNetwork(cluster);
  await run('createRoles');
  const { keyArns } = await run('createKeys');
  const { networkInterfaceIds } = await run('createNetworkInterfaces', { subnetIds, securityGroupIds });
  const { volumeIds } = await run('createVolumes', { keyArns });
  await bundlesRendered(cluster);
  return { subnetIds, securityGroupIds, keyArns, networkInterfaceIds, volumeIds, taskToken: 'token' };
}

/** The functions that delete a cluster, in the order of the state machine. */
export const deletion = [
  'deleteNodeGroups',
  'awaitNodeGroupsGone',
  'terminateMachines',
  'deleteLoadBalancer',
  'deleteEndpoints',
  'deleteNatGateways',
  'awaitMachinesGone',
  'deleteKubernetesLoadBalancers',
  'deleteKubernetesLeftovers',
  'deleteSlots',
  'deleteLaunchTemplates',
  'awaitNatGatewaysGone',
  'awaitInterfacesGone',
  'deleteSecurityGroups',
  'deleteInternetGateway',
  'deleteRouteTables',
  'deleteSubnets',
  'deleteVpc',
  'deleteRoles',
  'deleteKeys',
];

/** What RenderBundles would have recorded. */
export async function bundlesRendered({ plan, clusterId, aws }: Steps, sha256 = 'ab'.repeat(32)): Promise<void> {
  const { slots, nodeGroups } = plan.blueprint;
  const machines = [...slots.map(({ key }) => key), ...nodeGroups.map(({ name }) => `group/${name}`)];
  for (const machine of machines) {
    const row = {
      machine,
      sha256,
      objectKey: `clusters/${clusterId}/bundles/${machine}`,
      endpoint: 'demo-api.elb.amazonaws.com',
    };
    await asAdministrator(aws, () => writeBundleRow(clusterId, row));
  }
}

/** Does something as the account's administrator. */
export function asAdministrator<Result>({ world, cloud }: Steps['aws'], work: () => Promise<Result>): Promise<Result> {
  return world.clock.runUntil(callAs({ cloud, principal: administrator }, work));
}
