import { request } from 'node:http';
import { DescribeInstancesCommand, DescribeSecurityGroupsCommand, type Instance } from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { aws, kubectl, kubectlOn, nodes, workers, world } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';
import { ensureProbes, namespace } from '../support/probes.ts';
import { doorsOf, until } from '../support/world.ts';

const service = `
apiVersion: v1
kind: Service
metadata:
  name: public
  namespace: ${namespace}
  annotations: {service.beta.kubernetes.io/aws-load-balancer-type: nlb}
spec:
  type: LoadBalancer
  selector: {app: probe}
  ports: [{port: 80, targetPort: 8080}]
`;

onMachines('the real aws-cloud-controller-manager, with the rights of its masters', () => {
  test('has seen every node: none is uninitialized, each has its place, type and addresses from EC2', async () => {
    const { Reservations = [] } = await aws().ec2.send(new DescribeInstancesCommand({}));
    const instances = new Map(
      Reservations.flatMap((reservation) => reservation.Instances ?? []).map(
        (each) => [each.InstanceId, each] as const,
      ),
    );
    for (const node of await nodes()) {
      const taints = (node.spec.taints ?? []).map(({ key }) => key);
      expect(taints).not.toContain('node.cloudprovider.kubernetes.io/uninitialized');
      expect(node.metadata.labels).toMatchObject(labelsFor(instances.get(node.metadata.name)));
      expect(node.status.addresses).toContainEqual({
        type: 'InternalIP',
        address: instances.get(node.metadata.name)?.PrivateIpAddress,
      });
    }
  });

  describe('for a Service of type LoadBalancer', () => {
    afterAll(() => kubectl('delete', 'service', 'public', '--namespace', namespace, '--ignore-not-found'));

    test('makes a network load balancer that answers from this host, and takes it away with the Service', async () => {
      await ensureProbes();
      await kubectlOn(service, 'apply', '--filename', '-');
      const name = await until('the Service has its balancer', 120, hostnameOfService);
      const port = await until('this host has a door to it', 60, () => doorsOf(world)[name.toLowerCase()]);
      const said = await until('the balancer answers', 120, () => answerAt(port, name));
      expect(said).toMatch(/probe-/);

      const balancer = await balancerNamed(name);
      expect(balancer).toMatchObject({ Type: 'network', Scheme: 'internet-facing' });
      const { TargetGroups: [group] = [] } = await aws().balancers.send(
        new DescribeTargetGroupsCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }),
      );
      expect(group).toMatchObject({ TargetType: 'instance' });
      expect(await openPorts()).toContain(group?.Port);
      expect(await workers()).toHaveLength(2);

      await kubectl('delete', 'service', 'public', '--namespace', namespace, '--timeout', '120s');
      await until('the balancer is gone', 60, async () => ((await balancerNamed(name)) ? undefined : true));
      expect(await openPorts()).not.toContain(group?.Port);
      expect((await aws().balancers.send(new DescribeTargetGroupsCommand({}))).TargetGroups).toHaveLength(1);
    }, 480_000);
  });
});

function labelsFor(instance: Instance | undefined): Readonly<Record<string, string | undefined>> {
  const zone = instance?.Placement?.AvailabilityZone;
  return {
    'topology.kubernetes.io/zone': zone,
    'topology.kubernetes.io/region': zone?.slice(0, -1),
    'node.kubernetes.io/instance-type': instance?.InstanceType,
  };
}

async function hostnameOfService(): Promise<string | undefined> {
  const path = '--output=jsonpath={.status.loadBalancer.ingress[0].hostname}';
  return (await kubectl('get', 'service', 'public', '--namespace', namespace, path)) || undefined;
}

async function balancerNamed(dnsName: string): Promise<LoadBalancer | undefined> {
  const { LoadBalancers = [] } = await aws().balancers.send(new DescribeLoadBalancersCommand({}));
  return LoadBalancers.find(({ DNSName }) => DNSName === dnsName);
}

/** Ports that any group of the account lets the whole world in at. */
async function openPorts(): Promise<readonly (number | undefined)[]> {
  const { SecurityGroups = [] } = await aws().ec2.send(new DescribeSecurityGroupsCommand({}));
  return SecurityGroups.flatMap(({ IpPermissions = [] }) => IpPermissions)
    .filter(({ IpRanges = [] }) => IpRanges.some(({ CidrIp }) => CidrIp === '0.0.0.0/0'))
    .map(({ FromPort }) => FromPort);
}

function answerAt(port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, headers: { host }, agent: false, timeout: 5000 }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => resolve(body)).on('error', reject);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in 5 s')));
    asked.on('error', reject).end();
  });
}
