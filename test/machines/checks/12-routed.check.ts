import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  ModifyNetworkInterfaceAttributeCommand,
} from '@aws-sdk/client-ec2';
import { leftovers } from '../../../local/machines/nspawn/machine/leftovers.ts';
import { clientsOf } from '../support/clients.ts';
import { isReady } from '../support/kubectl.ts';
import { onMachines } from '../support/onMachines.ts';
import { namespace, type Probe, type Probes, probesOf } from '../support/probes.ts';
import { routedKubectl, routedName, routedSpec, routedWorld } from '../support/routedCluster.ts';
import { kubestep, ownerOf, until } from '../support/world.ts';

const specFile = `${routedWorld.folder}.yaml`;

onMachines('a cluster whose pods are routed by the VPC', () => {
  let probes: Probes;
  let pods: readonly Probe[];

  beforeAll(async () => {
    mkdirSync(dirname(specFile), { recursive: true });
    writeFileSync(specFile, routedSpec);
    await kubestep(routedWorld, 'machines', 'up', '-f', specFile);
    probes = probesOf(routedKubectl);
    pods = await probes.ensure();
  }, 400_000);

  afterAll(() => rmSync(specFile, { force: true }));

  test('has a range of addresses for each node, and a route to it in every table of its zones', async () => {
    const nodes = await routedKubectl.nodes();
    expect(nodes.filter(isReady)).toHaveLength(3);
    const { RouteTables = [] } = await clientsOf(routedWorld).ec2.send(new DescribeRouteTablesCommand({}));
    const routed = RouteTables.map(({ Routes = [] }) =>
      Routes.filter(({ NetworkInterfaceId }) => NetworkInterfaceId !== undefined).map(
        ({ DestinationCidrBlock }) => DestinationCidrBlock,
      ),
    ).filter((routes) => routes.length > 0);
    // One table for each zone's NAT gateway.
    expect(routed.length).toBeGreaterThanOrEqual(2);
    for (const ranges of routed) {
      expect(ranges).toHaveLength(3);
      for (const { address } of pods) expect(ranges).toContain(`${address.split('.').slice(0, 3).join('.')}.0/24`);
    }
  });

  test('lets pods reach each other across zones, and Services by their names', async () => {
    const calls = pods.map(({ address }) => `wget -qO- http://${address}:8080/`).join(' && ');
    for (const pod of pods) {
      expect((await probes.inside(pod, calls)).trim().split('\n')).toEqual(pods.map(({ name }) => name));
      expect(pods.map(({ name }) => name)).toContain(
        (await probes.inside(pod, `wget -qO- http://probe.${namespace}/`)).trim(),
      );
    }
  });

  test('needs interfaces that forward: with their check of sources on, traffic to the pods of a node stops', async () => {
    const [one, other] = pods as readonly [Probe, Probe];
    const call = `wget -qO- http://${other.address}:8080/`;
    await setSourceDestCheck(other.node, true);
    try {
      await until('traffic stops', 30, async () =>
        (await probes.ending(one, call)).exitCode === 0 ? undefined : true,
      );
    } finally {
      await setSourceDestCheck(other.node, false);
    }
    expect(await until('traffic returns', 30, () => probes.inside(one, call))).toBe(`${other.name}\n`);
  });

  test('leaves nothing when it is deleted', async () => {
    await kubestep(routedWorld, 'delete', routedName);
    await until('its owner has ended', 90, () => (ownerOf(routedWorld) === undefined ? true : undefined));
    expect(await leftovers(routedWorld.worldId)).toEqual([]);
    await kubestep(routedWorld, 'machines', 'clean');
  });
});

async function setSourceDestCheck(instanceId: string, isOn: boolean): Promise<void> {
  const { ec2 } = clientsOf(routedWorld);
  const { NetworkInterfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] }),
  );
  for (const { NetworkInterfaceId } of NetworkInterfaces)
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, SourceDestCheck: { Value: isOn } }),
    );
}
