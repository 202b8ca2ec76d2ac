import { limits } from '../../../shared/awsLimits.ts';
import type { Blueprint } from '../../../shared/blueprint/blueprint.ts';
import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import { canonicalJson } from '../../../shared/blueprint/planHash.ts';
import { resourcesOf } from '../../../shared/blueprint/resources.ts';
import { tagsOf } from '../../../shared/blueprint/tags.ts';
import { addressCount, cidrOf, contains, overlaps, parseAddress } from '../../../shared/network/cidr.ts';
import { aSpec, eventSpecs, someFacts } from '../spec/aSpec.ts';
import { roomyFacts, someSpecs } from './someSpecs.ts';

const blueprints: readonly (readonly [string, Blueprint])[] = someSpecs().map(([name, spec]) => [
  name,
  buildBlueprint(spec, roomyFacts),
]);

/** Says a thing of every blueprint and names the one that breaks it. */
function always(say: (blueprint: Blueprint) => void): void {
  for (const [name, blueprint] of blueprints) {
    try {
      say(blueprint);
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`);
    }
  }
}

const keysOf = (resources: readonly { readonly key: string }[]): readonly string[] => resources.map(({ key }) => key);

describe('every valid spec gives a blueprint', () => {
  test('whose ranges do not overlap, and whose subnets lie in the VPC', () =>
    always(({ vpc, subnets, kubernetes }) => {
      const ranges = [...subnets.map(({ cidr }) => cidr), kubernetes.podCIDR, kubernetes.serviceCIDR].map(cidrOf);
      const pairs = ranges.flatMap((one, index) => ranges.slice(index + 1).map((other) => overlaps(one, other)));
      expect(pairs).not.toContain(true);
      const whole = vpc.kind === 'created' ? vpc.cidr : '';
      expect(subnets.map(({ cidr }) => contains(cidrOf(whole), cidrOf(cidr)))).not.toContain(false);
    }));

  test('whose references all lead somewhere', () =>
    always(({ subnets, natGateways, routeTables, endpoints, securityGroups, loadBalancer, slots, nodeGroups }) => {
      const subnetKeys = keysOf(subnets);
      const used = [
        ...natGateways.map(({ subnetKey }) => subnetKey),
        ...routeTables.flatMap((table) => table.subnetKeys),
        ...endpoints.flatMap((endpoint) => (endpoint.kind === 'interface' ? endpoint.subnetKeys : [])),
        ...loadBalancer.subnetKeys,
        ...slots.map(({ subnetKey }) => subnetKey),
        ...nodeGroups.flatMap((group) => group.subnetKeys),
      ];
      expect(subnetKeys).toEqual(expect.arrayContaining([...used]));
      const groups = [
        loadBalancer.securityGroupKey,
        ...slots.flatMap((slot) => slot.securityGroupKeys),
        ...endpoints.flatMap((endpoint) => (endpoint.kind === 'interface' ? [endpoint.securityGroupKey] : [])),
      ];
      expect(keysOf(securityGroups)).toEqual(expect.arrayContaining(groups));
      const gateways = routeTables.flatMap(({ defaultRoute }) =>
        defaultRoute.via === 'natGateway' ? [defaultRoute.natGatewayKey] : [],
      );
      expect(gateways).toEqual(keysOf(natGateways));
      const tables = endpoints.flatMap((endpoint) => (endpoint.kind === 'gateway' ? endpoint.routeTableKeys : []));
      expect(keysOf(routeTables)).toEqual(expect.arrayContaining(tables));
    }));

  test('where every subnet has one route table, and private ones leave through NAT', () =>
    always(({ subnets, routeTables }) => {
      expect(routeTables.flatMap((table) => table.subnetKeys).sort()).toEqual([...keysOf(subnets)].sort());
      for (const { subnetKeys, defaultRoute } of routeTables) {
        const access = subnets.filter(({ key }) => subnetKeys.includes(key)).map((subnet) => subnet.access);
        expect(new Set(access)).toEqual(new Set([defaultRoute.via === 'natGateway' ? 'private' : 'public']));
      }
    }));

  test('where every rule names a peer that exists, once, and no group has more rules than AWS takes', () =>
    always(({ securityGroups, natGateways }) => {
      for (const { ingress, egress } of securityGroups) {
        const identities = ingress.map(({ protocol, fromPort, toPort, peer }) =>
          canonicalJson({ protocol, fromPort, toPort, peer }),
        );
        expect(new Set(identities).size).toBe(identities.length);
        // Quota L-0EA8095F: 60 rules a group and direction.
        expect(ingress.length).toBeLessThanOrEqual(60);
        for (const { peer, fromPort, toPort } of [...ingress, ...egress]) {
          if ('securityGroupKey' in peer) expect(keysOf(securityGroups)).toContain(peer.securityGroupKey);
          if ('natGatewayKey' in peer) expect(keysOf(natGateways)).toContain(peer.natGatewayKey);
          if ('cidr' in peer) expect(() => cidrOf(peer.cidr)).not.toThrow();
          expect(fromPort).toBeLessThanOrEqual(toPort);
        }
      }
    }));

  test('where each slot has an address of its own, in its zone, that AWS gives to nothing else', () =>
    always(({ slots, subnets, loadBalancer, endpoints, nodeGroups }) => {
      expect(new Set(slots.map(({ address }) => address)).size).toBe(slots.length);
      const numberedByAws = [
        ...loadBalancer.subnetKeys,
        ...nodeGroups.flatMap((group) => group.subnetKeys),
        ...endpoints.flatMap((endpoint) => (endpoint.kind === 'interface' ? endpoint.subnetKeys : [])),
      ];
      for (const { address, subnetKey, zone } of slots) {
        const subnet = subnets.find(({ key }) => key === subnetKey);
        const range = cidrOf(subnet?.cidr ?? '');
        const offset = (parseAddress(address) ?? 0) - range.first;
        expect(subnet?.zone).toBe(zone);
        expect(offset).toBeGreaterThanOrEqual(limits.reservedInSubnet.value - 1);
        expect(offset).toBeLessThan(addressCount(range) - 1);
        expect(numberedByAws).not.toContain(subnetKey);
      }
    }));

  test('where etcd has the members asked for, spread over the zones as evenly as can be', () => {
    for (const [index, [, spec]] of someSpecs().entries()) {
      const slots = blueprints[index]?.[1].slots ?? [];
      const members = slots.filter(({ runs }) => runs.etcd);
      expect(members).toHaveLength(spec.spec.etcd.members);
      expect(members.every(({ volume }) => volume !== undefined)).toBe(true);
      expect(slots.filter(({ runs }) => runs.etcd && runs.controlPlane)).toHaveLength(
        spec.spec.etcd.placement === 'stacked' ? members.length : 0,
      );
      const perZone = spec.spec.zones.map((zone) => members.filter((member) => member.zone === zone).length);
      expect(Math.max(...perZone) - Math.min(...perZone)).toBeLessThanOrEqual(1);
    }
  });

  test('whose names are within the limits of AWS', () =>
    always(({ loadBalancer, roles, securityGroups, nodeGroups, keys, subnets }) => {
      for (const name of [loadBalancer.name, loadBalancer.targetGroup.name])
        expect(name).toMatch(/^(?!internal-)[a-z0-9](-?[a-z0-9]){0,31}$/);
      for (const { name } of roles) expect(name).toMatch(/^[\w+=,.@-]{1,64}$/);
      for (const { alias } of keys) expect(alias).toMatch(/^alias\/(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/);
      for (const { groupName } of nodeGroups) expect(groupName).toMatch(/^[a-z0-9-]{3,128}$/);
      for (const group of securityGroups) {
        expect(group.name).toMatch(/^(?!sg-)[\w-]{1,255}$/);
        // EC2's characters for descriptions of groups and rules.
        for (const text of [group.description, ...[...group.ingress, ...group.egress].map(({ why }) => why)])
          expect(text).toMatch(/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
      }
      for (const values of [keysOf(subnets), keysOf(securityGroups), keysOf(keys), keysOf(roles)])
        expect(new Set(values).size).toBe(values.length);
    }));

  test('that lists each of its resources once, under the name of its tag', () =>
    always((blueprint) => {
      const names = resourcesOf(blueprint).map(
        ({ kind, key }) => tagsOf(blueprint.cluster, kind, key)['kubestep/resource'],
      );
      expect(new Set(names).size).toBe(names.length);
      expect(names).toEqual(
        expect.arrayContaining([
          'vpc/main',
          'load-balancer/api',
          'instance/master-0',
          'role/master',
          'auto-scaling-group/group-0',
        ]),
      );
    }));

  test('whose files are pinned, once an architecture, and only for architectures in use', () =>
    always(({ assets, slots, nodeGroups }) => {
      const names = assets.map(({ name, architecture }) => `${name} ${architecture}`);
      expect(new Set(names).size).toBe(names.length);
      for (const { sha256, source } of assets) {
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(source).toMatch(/^https:\/\//);
      }
      const inUse = [...slots, ...nodeGroups].map(({ machine }) => machine.architecture);
      expect(new Set(assets.map(({ architecture }) => architecture))).toEqual(new Set(inUse));
    }));

  test('that is plain data: it survives being stored', () =>
    always((blueprint) => expect(canonicalJson(JSON.parse(JSON.stringify(blueprint)))).toBe(canonicalJson(blueprint))));
});

test('the same spec and facts give the same blueprint', () => {
  for (const spec of eventSpecs()) expect(buildBlueprint(spec, someFacts())).toEqual(buildBlueprint(spec, someFacts()));
});

test('a zone that is added moves no address of the others', () => {
  const subnetsOf = (zones: readonly string[]) =>
    buildBlueprint(aSpec({ 'spec.zones': zones, 'spec.etcd.members': 1 }), someFacts()).subnets;
  const three = subnetsOf(['us-east-1a', 'us-east-1b', 'us-east-1c']);
  expect(subnetsOf(['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'])).toEqual(
    expect.arrayContaining([...three]),
  );
});

test('masters grow with the nodes they serve, unless the spec says otherwise', () => {
  const masterOf = (changes: Record<string, unknown>) =>
    buildBlueprint(aSpec(changes), someFacts()).slots[0]?.machine.instanceTypes[0];
  expect(masterOf({ 'spec.nodeGroups.0.max': 10 })).toBe('m7g.large');
  expect(masterOf({ 'spec.nodeGroups.0.max': 5000 })).toBe('m7g.16xlarge');
  expect(masterOf({ 'spec.nodeGroups.0.max': 5000, 'spec.controlPlane.instanceType': 'm7i.8xlarge' })).toBe(
    'm7i.8xlarge',
  );
});

describe('in a VPC of somebody else', () => {
  const subnets = ['a', 'b', 'c'].flatMap((letter, index) => [
    {
      subnetId: `subnet-0000000${letter}`,
      zone: `us-east-1${letter}`,
      cidr: `10.8.${index}.0/24`,
      wayOut: 'translated' as const,
      givesPublicAddresses: false,
      addressesInUse: [`10.8.${index}.10`],
    },
    {
      subnetId: `subnet-1000000${letter}`,
      zone: `us-east-1${letter}`,
      cidr: `10.8.${100 + index}.0/28`,
      wayOut: 'internet-gateway' as const,
      givesPublicAddresses: false,
    },
  ]);
  const named = (access: 'private' | 'public') =>
    subnets
      .map(({ subnetId }) => subnetId)
      .filter((id) => id.startsWith(access === 'private' ? 'subnet-0' : 'subnet-1'));
  const vpc = { id: 'vpc-0a1b2c3d', subnets: { private: named('private'), public: named('public') } };
  const existingVpc = {
    vpcId: 'vpc-0a1b2c3d',
    cidrs: ['10.8.0.0/16', '100.66.0.0/16'],
    resolvesNames: true,
    givesHostnames: true,
    subnets,
  };
  const facts = someFacts({ existingVpc });
  const blueprint = buildBlueprint(aSpec({ 'spec.network.vpc': vpc }), facts);

  test('no subnet, gateway or route table is made', () => {
    expect(blueprint).toMatchObject({ internetGateway: undefined, natGateways: [], routeTables: [] });
    expect(blueprint.subnets.map(({ existingSubnetId }) => existingSubnetId)).not.toContain(undefined);
    const kinds = resourcesOf(blueprint).map(({ kind }) => kind);
    for (const kind of ['vpc', 'subnet', 'nat-gateway', 'route-table', 'elastic-ip']) expect(kinds).not.toContain(kind);
  });

  test('the API admits every range of the VPC unless the spec names others', () => {
    const rules = blueprint.securityGroups.find(({ key }) => key === 'loadBalancer')?.ingress ?? [];
    const ranges = rules.flatMap(({ peer }) => ('cidr' in peer ? [peer.cidr] : []));
    expect(ranges).toEqual(['10.8.0.0/16', '100.66.0.0/16']);
  });

  test('no slot is promised an address that is in use', () => {
    expect(blueprint.slots.map(({ address }) => address)).toEqual(['10.8.0.11', '10.8.1.11', '10.8.2.11']);
  });
});
