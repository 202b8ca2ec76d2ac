import type { Bundle } from '../../../shared/machine/bundle.ts';
import { canReach } from '../../cloud/ec2/reachability.ts';
import { throughBalancer } from '../../cloud/elasticLoadBalancing/throughBalancer.ts';
import type { World } from '../../cloud/world.ts';
import { certificateProblem } from './certificates.ts';
import { requireEtcdData } from './etcdVolume.ts';
import { applied, type MachineRow, machineAt } from './machineRows.ts';
import { bundleRunning, type MachineContext, NotYet } from './nodeApi.ts';
import { hasRoutedPods, requirePodRoutes } from './podRoutes.ts';
import { addressesIn, fileOf, flag, flagsOf } from './unitFlags.ts';

/** Source: IANA's registry of ports, as etcd's documentation uses them. */
export const etcdPorts = { client: 2379, peer: 2380 } as const;

/** Starts the etcd member where its disk, its certificates and its flags allow it. */
export async function startEtcd(context: MachineContext): Promise<void> {
  const { machine } = context;
  const { world } = context.cloud;
  const bundle = bundleRunning(context, 'etcd');
  const flags = flagsOf(bundle, 'etcd.service');
  const [own] = addressesIn(flag(flags, 'initial-advertise-peer-urls'));
  if (own !== machine.address) throw new NotYet(`its etcd advertises ${own} and the machine is ${machine.address}`);
  refuse(certificateProblem(world, machine, bundle, 'etcd-server', { addresses: [own, '127.0.0.1'] }));
  refuse(certificateProblem(world, machine, bundle, 'etcd-peer', { addresses: [own] }));
  await requireEtcdData(context);
}

/** The member serves when it reaches a majority of the members that it knows, itself included. */
export function requireQuorum({ cloud: { world }, machine }: MachineContext, bundle: Bundle): void {
  const members = addressesIn(flag(flagsOf(bundle, 'etcd.service'), 'initial-cluster'));
  requireMajority(world, machine, members, etcdPorts.peer);
}

function requireMajority(world: World, machine: MachineRow, members: readonly string[], port: number): void {
  const problems = members.flatMap((address) => {
    if (address === machine.address) return [];
    if (machineAt(world, { vpcId: machine.vpcId, address })?.etcdSince === undefined)
      return [`etcd does not run at ${address}`];
    const reach = canReach(world, { from: machine.networkInterfaceId, to: { address, protocol: 'tcp', port } });
    return reach.reachable ? [] : [reach.why];
  });
  const reached = members.length - problems.length;
  if (reached <= members.length / 2)
    throw new NotYet(`etcd has ${reached} of ${members.length} members: ${problems[0]}`);
}

/** The API server answers when its keys are unwrapped, its certificate covers what clients dial, and etcd has a quorum. */
export async function startControlPlane(context: MachineContext): Promise<void> {
  const { cloud, principal } = context;
  const bundle = bundleRunning(context, 'kube-apiserver');
  for (const { purpose, keyArn, ciphertext } of bundle.wrappedKeys) {
    await cloud.call({
      principal,
      service: 'kms',
      operation: 'Decrypt',
      input: {
        KeyId: keyArn,
        CiphertextBlob: Buffer.from(ciphertext, 'base64'),
        EncryptionContext: { clusterId: bundle.cluster.id, purpose },
      },
    });
  }
  requireApiServer(context);
}

/** The API server starts by its unit where the files that it names are there, its certificate is good, and etcd has a quorum. */
export function requireApiServer(context: MachineContext): void {
  const { cloud, machine } = context;
  const bundle = bundleRunning(context, 'kube-apiserver');
  const flags = flagsOf(bundle, 'kube-apiserver.service');
  for (const name of ['kube-controller-manager', 'kube-scheduler'] as const)
    flagsOf(bundleRunning(context, name), `${name}.service`);
  fileOf(bundle, flag(flags, 'authentication-config'));
  fileOf(bundle, flag(flags, 'audit-policy-file'));
  refuse(
    certificateProblem(cloud.world, machine, bundle, 'kube-apiserver', {
      addresses: [machine.address, '127.0.0.1'],
      names: [bundle.cluster.endpoint, 'kubernetes.default.svc'],
    }),
  );
  requireEtcd(cloud.world, machine, addressesIn(flag(flags, 'etcd-servers')));
}

function requireEtcd(world: World, machine: MachineRow, servers: readonly string[]): void {
  const members = servers.filter((address) => address !== '127.0.0.1');
  if (members.length > 0) requireMajority(world, machine, members, etcdPorts.client);
  if (members.length < servers.length && machine.etcdSince === undefined) throw new NotYet('its own etcd does not run');
}

/** A node is ready when it reaches the API, trusts it, and the pod network is there for it. */
export function requireNodeReady(context: MachineContext, bundle: Bundle): void {
  const { machine } = context;
  const { world } = context.cloud;
  for (const unit of ['containerd.service', 'kubelet.service', 'kube-proxy.service']) flagsOf(bundle, unit);
  refuse(certificateProblem(world, machine, bundle, 'kubelet-server', { addresses: [machine.address] }));
  requireApi(world, machine, bundle);
  if (hasRoutedPods(bundle)) requirePodRoutes(context, bundle);
  else if (!applied(world).has(`${bundle.cluster.id}/overlay`)) throw new NotYet('the pod network is not applied yet');
}

function requireApi(world: World, machine: MachineRow, bundle: Bundle): void {
  const { hostname, port } = new URL(bundle.cluster.apiServer);
  if (hostname === '127.0.0.1') {
    if (machine.apiSince === undefined) throw new NotYet('its own API server does not answer');
    return;
  }
  const way = throughBalancer(world, {
    from: machine.networkInterfaceId,
    dnsName: hostname,
    port: Number(port || 443),
  });
  if (!way.reachable) throw new NotYet(way.why);
  const serving = way.targets.some(
    ({ address }) => machineAt(world, { vpcId: machine.vpcId, address })?.apiSince !== undefined,
  );
  if (!serving) throw new NotYet(`no API server answers behind ${hostname}`);
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new NotYet(problem);
}
