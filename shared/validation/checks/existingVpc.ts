import type { ExistingVpc, Facts } from '../../facts/facts.ts';
import { FIRST_SLOT_OFFSET, usableAddresses } from '../../network/addressPlan.ts';
import { cidrOf } from '../../network/cidr.ts';
import type { Path, SpecProblem } from '../../spec/problems.ts';
import type { ClusterSpec } from '../../spec/schema.ts';
import { workersIn } from './addresses.ts';
import { type Check, listed, problemAt, repeated } from './check.ts';

/** A VPC of somebody else has what the cluster needs, and the cluster asks of it only what may be asked. */
export const checkExistingVpc: Check = (document, facts) => {
  const { network } = document.spec;
  if (!('id' in network.vpc)) return [];
  const named = network.vpc.subnets;
  const asked = [...gatewayEndpoints(document), ...routedPods(document), ...namedTwice(named)];
  if (facts === undefined) return asked;
  const vpc = facts.existingVpc;
  if (vpc === undefined) {
    return [
      problemAt(
        ['network', 'vpc', 'id'],
        network.vpc.id,
        `a VPC of this account in ${facts.region}`,
        'Correct the id.',
      ),
    ];
  }
  return [
    ...unknownSubnets(named, vpc),
    ...document.spec.zones.flatMap((zone) => zoneProblems(document, { vpc, named }, zone)),
    ...asked,
    ...waysOut(document, vpc, named),
    ...nameResolution(document, vpc),
    ...privateNodeApi(vpc, facts),
  ];
};

interface NamedSubnets {
  readonly private: readonly string[];
  readonly public: readonly string[];
}

/** A subnet is one or the other: a public one gives its machines public addresses, which ours do not want. */
function namedTwice(named: NamedSubnets): readonly SpecProblem[] {
  const both = named.private.filter((subnetId) => named.public.includes(subnetId));
  const twice = (access: 'private' | 'public') =>
    repeated(named[access]).map((subnetId) =>
      problemAt(['network', 'vpc', 'subnets', access], subnetId, 'each subnet once', `Name ${subnetId} once.`),
    );
  return [
    ...both.map((subnetId) =>
      problemAt(
        ['network', 'vpc', 'subnets', 'public'],
        subnetId,
        'subnets that are not among the private ones, too',
        `Keep ${subnetId} in one of the two lists, by where its default route leads.`,
      ),
    ),
    ...twice('private'),
    ...twice('public'),
  ];
}

function unknownSubnets(named: NamedSubnets, vpc: ExistingVpc): readonly SpecProblem[] {
  return (['private', 'public'] as const).flatMap((access) =>
    named[access].flatMap((subnetId, index) =>
      vpc.subnets.some((subnet) => subnet.subnetId === subnetId)
        ? []
        : [
            problemAt(
              ['network', 'vpc', 'subnets', access, index],
              subnetId,
              `subnets of ${vpc.vpcId}`,
              'Correct the id, or remove it.',
            ),
          ],
    ),
  );
}

function zoneProblems(
  document: ClusterSpec,
  { vpc, named }: { readonly vpc: ExistingVpc; readonly named: NamedSubnets },
  zone: string,
): readonly SpecProblem[] {
  const inZone = (access: 'private' | 'public') =>
    vpc.subnets.filter((subnet) => subnet.zone === zone && named[access].includes(subnet.subnetId));
  const privates = inZone('private');
  const missing = (access: 'private' | 'public', why: string) =>
    problemAt(
      ['network', 'vpc', 'subnets', access],
      inZone(access).map(({ subnetId }) => subnetId),
      `a ${access} subnet in ${zone}: ${why}`,
      `Add one of ${zone}, or remove ${zone} from spec.zones.`,
    );
  if (privates.length === 0) return [missing('private', 'its machines live there')];

  const room = privates.reduce(
    (sum, { cidr, addressesInUse = [] }) => sum + usableAddresses(cidrOf(cidr)) - addressesInUse.length,
    0,
  );
  const needed = workersIn(document, zone) + FIRST_SLOT_OFFSET;
  return [
    ...(room >= needed
      ? []
      : [
          problemAt(
            ['network', 'vpc', 'subnets', 'private'],
            `${room} free addresses in ${zone}`,
            `at least ${needed} for the groups' max and the control plane`,
            'Add a subnet, or lower the max of the groups.',
          ),
        ]),
    ...(document.spec.api.access === 'public' && inZone('public').length === 0
      ? [missing('public', 'the public load balancer is there')]
      : []),
  ];
}

/** Machines have no public addresses: they leave through something that translates, a public load balancer does not. */
function waysOut(document: ClusterSpec, vpc: ExistingVpc, named: NamedSubnets): readonly SpecProblem[] {
  const found = (subnetId: string) => vpc.subnets.find((subnet) => subnet.subnetId === subnetId);
  const at = (access: 'private' | 'public', index: number): Path => ['network', 'vpc', 'subnets', access, index];
  const privates = named.private.flatMap((subnetId, index) => {
    const subnet = found(subnetId);
    if (subnet?.wayOut === 'none')
      return [
        problemAt(
          at('private', index),
          `${subnetId}, which has no default route`,
          'subnets whose machines reach the internet, and with it the Node API',
          'Route 0.0.0.0/0 to a NAT gateway or a transit gateway.',
        ),
      ];
    if (subnet?.wayOut !== 'internet-gateway' || subnet.givesPublicAddresses) return [];
    return [
      problemAt(
        at('private', index),
        `${subnetId}, whose default route leads to an internet gateway`,
        'subnets whose machines reach the internet without public addresses, which this one does not give',
        'Name a private subnet with a route to a NAT gateway, or list this one under public.',
      ),
    ];
  });
  if (document.spec.api.access !== 'public') return privates;
  const publics = named.public.flatMap((subnetId, index) =>
    found(subnetId) === undefined || found(subnetId)?.wayOut === 'internet-gateway'
      ? []
      : [
          problemAt(
            at('public', index),
            `${subnetId}, whose default route leads to no internet gateway`,
            'subnets that the internet reaches: a public load balancer is there',
            'Route 0.0.0.0/0 of it to an internet gateway, or name another subnet.',
          ),
        ],
  );
  return [...privates, ...publics];
}

/** Source: VPC User Guide, "DNS attributes for your VPC"; endpoints' private names need both. */
function nameResolution(document: ClusterSpec, vpc: ExistingVpc): readonly SpecProblem[] {
  const enable = (attribute: string) =>
    `Switch it on: aws ec2 modify-vpc-attribute --vpc-id ${vpc.vpcId} --${attribute}`;
  const at: Path = ['network', 'vpc', 'id'];
  if (!vpc.resolvesNames)
    return [
      problemAt(
        at,
        `${vpc.vpcId}, in which AWS's resolver does not answer`,
        'a VPC with enableDnsSupport, without which machines find neither the Node API nor each other',
        enable('enable-dns-support'),
      ),
    ];
  if (vpc.givesHostnames || document.spec.network.endpoints.interface.length === 0) return [];
  return [
    problemAt(
      at,
      `${vpc.vpcId}, which gives no host names`,
      'a VPC with enableDnsHostnames, because spec.network.endpoints.interface need private names',
      enable('enable-dns-hostnames'),
    ),
  ];
}

function gatewayEndpoints({ spec: { network } }: ClusterSpec): readonly SpecProblem[] {
  const { gateway = [] } = network.endpoints;
  if (gateway.length === 0) return [];
  return [
    problemAt(
      ['network', 'endpoints', 'gateway'],
      gateway,
      'nothing in a VPC of yours, whose route tables kubestep never changes',
      'Remove it, and make the endpoint yourself.',
    ),
  ];
}

function routedPods({ spec: { network } }: ClusterSpec): readonly SpecProblem[] {
  if (network.plugin !== 'routed') return [];
  return [
    problemAt(
      ['network', 'plugin'],
      network.plugin,
      'flannel or calico in a VPC of yours, whose route tables kubestep never changes',
      'Set it to flannel, or let kubestep make the VPC.',
    ),
  ];
}

function privateNodeApi(
  { vpcId, hasPrivateNodeApiEndpoint = false }: ExistingVpc,
  { deployment }: Facts,
): readonly SpecProblem[] {
  if (!hasPrivateNodeApiEndpoint) return [];
  return [
    problemAt(
      ['network', 'vpc', 'id'],
      vpcId,
      'a VPC without an execute-api endpoint that has private DNS: it would catch the calls of machines to the Node API',
      `Switch off private DNS of that endpoint, or give ${listed([deployment.nodeApiUrl])} a domain of its own.`,
    ),
  ];
}
