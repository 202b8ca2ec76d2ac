import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { aws, inNode, kubectl, kubernetesVersion, masters, nodes } from '../support/cluster.ts';
import { etcdctl } from '../support/etcd.ts';
import { isReady } from '../support/kubectl.ts';
import { onMachines } from '../support/onMachines.ts';

onMachines('a cluster that was just created', () => {
  test('has three healthy etcd members, and all of them vote', async () => {
    const [master = ''] = await masters();
    const health = JSON.parse(await etcdctl(master, 'endpoint health --cluster --write-out json')) as {
      endpoint: string;
      health: boolean;
    }[];
    expect(health.filter(({ health: isHealthy }) => isHealthy)).toHaveLength(3);
    const { members } = JSON.parse(await etcdctl(master, 'member list --write-out json')) as {
      members: { name: string; isLearner?: boolean }[];
    };
    expect(members.map(({ name }) => name).sort()).toEqual(['master-0', 'master-1', 'master-2']);
    expect(members.filter(({ isLearner }) => isLearner)).toEqual([]);
  });

  test('is ready at the door of this host, and at each master', async () => {
    expect(await kubectl('get', '--raw', '/readyz')).toBe('ok');
    for (const master of await masters()) {
      const ca = '--cacert /etc/kubernetes/pki/kubernetes-ca.crt';
      expect(await inNode(master, `curl -sS ${ca} https://localhost:6443/readyz`)).toBe('ok');
    }
  });

  test('has a node for every instance, ready, named and identified as EC2 names it', async () => {
    const { Reservations = [] } = await aws().ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'instance-state-name', Values: ['running'] }] }),
    );
    const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
    const found = await nodes();
    expect(found).toHaveLength(5);
    expect(found.filter((node) => !isReady(node))).toEqual([]);
    expect(found.map(({ metadata, spec }) => [metadata.name, spec.providerID]).sort()).toEqual(
      instances
        .map(({ InstanceId, Placement }) => [InstanceId, `aws:///${Placement?.AvailabilityZone}/${InstanceId}`])
        .sort(),
    );
    const addresses = (node: (typeof found)[number]) =>
      node.status.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
    expect(found.flatMap(addresses).sort()).toEqual(instances.map(({ PrivateIpAddress }) => PrivateIpAddress).sort());
  });

  test('runs the version that was asked for, everywhere', async () => {
    const versions = (await nodes()).map(({ status }) => status.nodeInfo.kubeletVersion);
    expect(versions).toEqual(Array.from({ length: 5 }, () => `v${kubernetesVersion}`));
    const server = JSON.parse(await kubectl('version', '--output', 'json')) as {
      serverVersion: { gitVersion: string };
    };
    expect(server.serverVersion.gitVersion).toBe(`v${kubernetesVersion}`);
  });

  test('keeps pods of users off masters, and says of every node what it is for', async () => {
    const found = await nodes();
    const isMaster = ({ metadata }: (typeof found)[number]) =>
      metadata.labels['node-role.kubernetes.io/control-plane'] !== undefined;
    const taints = (node: (typeof found)[number]) =>
      (node.spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
    expect(found.filter(isMaster).map(taints)).toEqual(
      Array.from({ length: 3 }, () => ['node-role.kubernetes.io/control-plane:NoSchedule']),
    );
    const others = found.filter((node) => !isMaster(node));
    expect(others.map(taints)).toEqual([[], []]);
    expect(others.map(({ metadata }) => metadata.labels['kubestep/group'])).toEqual(['workers', 'workers']);
  });

  test('runs all that it needs, without restarts of pods', async () => {
    const { items } = JSON.parse(await kubectl('get', 'pods', '--namespace', 'kube-system', '--output', 'json')) as {
      items: {
        metadata: { name: string };
        status: { phase: string; containerStatuses?: { ready: boolean; restartCount: number }[] };
      }[];
    };
    expect(items.length).toBeGreaterThan(5);
    const isWell = ({ status }: (typeof items)[number]) =>
      status.phase === 'Running' &&
      (status.containerStatuses ?? []).every(({ ready, restartCount }) => ready && restartCount < 3);
    expect(items.filter((pod) => !isWell(pod)).map(({ metadata }) => metadata.name)).toEqual([]);
  });
});
