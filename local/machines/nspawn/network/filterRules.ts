import { awsAddress, metadataAddress, registryAddress } from '../gateway/gatewayConfiguration.ts';
import type { NetworkPlan, PlannedGroup, PlannedInterface, PlannedNode, PlannedRule } from './networkPlan.ts';

/**
 * The filter of a VPC's router as one atomic file of nft: source/destination checks, stateful security groups between
 * interfaces and for balancers' nodes, and what the router itself answers. Everything else is silence.
 */
export function filterRules(plan: NetworkPlan): string {
  const sets = groupSets(plan);
  const chains = [
    ...sets.flatMap(({ name, groups }) => [
      chain(`out-${name}`, [...groups.flatMap(({ egress }) => linesOf(egress, 'egress')), 'drop']),
      chain(`in-${name}`, [...groups.flatMap(({ ingress }) => linesOf(ingress, 'ingress')), 'drop']),
    ]),
    chain('arriving', ['type filter hook prerouting priority raw; policy accept;', ...sourceChecks(plan)]),
    chain('between', ['type filter hook forward priority filter; policy drop;', tracked, ...forwarding(plan, sets)]),
    chain('answering', ['type filter hook input priority filter; policy drop;', ...answering(plan, sets)]),
    chain('sending', ['type filter hook output priority filter; policy accept;', tracked, ...sending(plan, sets)]),
    chain('leaving', ['type filter hook postrouting priority filter; policy accept;', ...leaving(plan)]),
  ];
  return ['table ip kubestep', 'delete table ip kubestep', 'table ip kubestep {', ...chains, '}', ''].join('\n');
}

const chain = (name: string, lines: readonly string[]): string =>
  [`chain ${name} {`, ...lines.map((line) => `  ${line}`), '}'].join('\n');

/** A group lets answers through, whatever its rules say now. */
const tracked = 'ct state established,related accept';

/** Interfaces in the same groups share one pair of chains. */
interface GroupSet {
  readonly name: string;
  readonly key: string;
  readonly groups: readonly PlannedGroup[];
}

const keyOf = (groupIds: readonly string[]): string => groupIds.join(' ');

function groupSets({ interfaces, nodes, groups }: NetworkPlan): readonly GroupSet[] {
  const byId = new Map(groups.map((group) => [group.groupId, group]));
  const keys = new Set([...interfaces, ...nodes].map(({ groupIds }) => keyOf(groupIds)).filter((key) => key !== ''));
  return [...keys].map((key, index) => ({
    name: String(index),
    key,
    groups: key.split(' ').flatMap((id) => byId.get(id) ?? []),
  }));
}

/** Where the packets of an interface in these groups are judged; without groups nothing is filtered. */
function verdictOf(sets: readonly GroupSet[], groupIds: readonly string[], direction: 'in' | 'out'): string {
  const set = sets.find(({ key }) => key === keyOf(groupIds));
  if (set) return `jump ${direction}-${set.name}`;
  return direction === 'in' ? 'accept' : 'continue';
}

/** One line of nft for each way that a rule's peer is known by. Egress continues to the receiver's rules. */
function linesOf(rules: readonly PlannedRule[], direction: 'ingress' | 'egress'): string[] {
  return rules.flatMap((rule) =>
    peerMatches(rule, direction).map((peer) =>
      [peer, protocolMatch(rule), direction === 'ingress' ? 'accept' : 'return']
        .filter((part) => part !== '')
        .join(' '),
    ),
  );
}

/** Members of a group are known by the link they send over, so that routed pods count as their machine, as in AWS. */
function peerMatches({ peer }: PlannedRule, direction: 'ingress' | 'egress'): string[] {
  const [device, address] = direction === 'ingress' ? ['iifname', 'ip saddr'] : ['oifname', 'ip daddr'];
  if ('cidrBlock' in peer) return [peer.cidrBlock === '0.0.0.0/0' ? '' : `${address} ${peer.cidrBlock}`];
  return [
    ...(peer.deviceNames.length > 0 ? [`${device} ${oneOf(peer.deviceNames.map(quoted))}`] : []),
    ...(peer.addresses.length > 0 ? [`${address} ${oneOf(peer.addresses)}`] : []),
  ];
}

function protocolMatch({ protocol, fromPort, toPort }: PlannedRule): string {
  switch (protocol) {
    case '-1':
      return '';
    case 'tcp':
    case 'udp':
      return `${protocol} dport ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`}`;
    case 'icmp':
      if (fromPort === -1) return 'ip protocol icmp';
      return `icmp type ${fromPort}${toPort === -1 ? '' : ` icmp code ${toPort}`}`;
    default:
      return `ip protocol ${protocol}`;
  }
}

/** A packet's source is its interface's own address while the check is on; the metadata service answers no other at all. */
function sourceChecks({ interfaces }: NetworkPlan): string[] {
  return interfaces.map(({ deviceName, address, sourceDestCheck }) => {
    const where = sourceDestCheck ? '' : `ip daddr ${metadataAddress} `;
    return `iifname "${deviceName}" ${where}ip saddr != ${address} drop`;
  });
}

function forwarding({ interfaces }: NetworkPlan, sets: readonly GroupSet[]): string[] {
  if (interfaces.length === 0) return [];
  return [
    ...judgeSenders(interfaces, sets),
    `oifname vmap ${oneOf(interfaces.map((each) => `"${each.deviceName}" : ${verdictOf(sets, each.groupIds, 'in')}`))}`,
  ];
}

function judgeSenders(interfaces: readonly PlannedInterface[], sets: readonly GroupSet[]): string[] {
  const verdicts = interfaces.map((each) => `"${each.deviceName}" : ${verdictOf(sets, each.groupIds, 'out')}`);
  return [`iifname != ${oneOf(devicesOf(interfaces))} drop`, `iifname vmap ${oneOf(verdicts)}`];
}

/** The resolver and the metadata service are outside of all groups (source: VPC user guide, "Security groups"). */
function answering({ interfaces, dnsAddresses, nodes }: NetworkPlan, sets: readonly GroupSet[]): string[] {
  if (interfaces.length === 0) return ['iifname "lo" accept', tracked];
  const outside = interfaces.filter(({ reachesOutside }) => reachesOutside);
  return [
    'iifname "lo" accept',
    tracked,
    `ip daddr ${oneOf(dnsAddresses)} udp dport 53 accept`,
    `ip daddr ${oneOf(dnsAddresses)} tcp dport 53 accept`,
    `ip daddr ${metadataAddress} tcp dport 80 accept`,
    ...(outside.length === 0
      ? []
      : [
          `iifname ${oneOf(devicesOf(outside))} ip daddr ${awsAddress} tcp dport { 80, 443 } accept`,
          `iifname ${oneOf(devicesOf(outside))} ip daddr ${registryAddress} tcp dport 80 accept`,
        ]),
    ...(nodes.length === 0
      ? []
      : [
          ...nodes.flatMap(publicEntrances),
          `ip daddr != ${oneOf(nodes.map(({ address }) => address))} drop`,
          ...judgeSenders(interfaces, sets),
          `ip daddr vmap ${oneOf(nodes.map(({ address, groupIds }) => `${address} : ${verdictOf(sets, groupIds, 'in')}`))}`,
        ]),
  ];
}

function publicEntrances({ publicEntrance }: PlannedNode): string[] {
  if (!publicEntrance) return [];
  const { address, ports } = publicEntrance;
  return ports
    .filter(({ deviceNames }) => deviceNames.length > 0)
    .map(
      ({ port, deviceNames }) =>
        `iifname ${oneOf(deviceNames.map(quoted))} ip daddr ${address} tcp dport ${port} accept`,
    );
}

/** What a balancer's node sends to targets passes its own groups and theirs; doors of the host are outside of AWS. */
function sending({ interfaces, nodes }: NetworkPlan, sets: readonly GroupSet[]): string[] {
  if (nodes.length === 0 || interfaces.length === 0) return [];
  return [
    // A door leads to a node from the node's own address.
    'oifname "lo" accept',
    `ip saddr != ${oneOf(nodes.map(({ address }) => address))} accept`,
    `ip saddr vmap ${oneOf(nodes.map(({ address, groupIds }) => `${address} : ${verdictOf(sets, groupIds, 'out')}`))}`,
    `oifname vmap ${oneOf(interfaces.map((each) => `"${each.deviceName}" : ${verdictOf(sets, each.groupIds, 'in')}`))}`,
  ];
}

function leaving({ interfaces }: NetworkPlan): string[] {
  return interfaces.flatMap(({ deviceName, address, sourceDestCheck, metadataHopLimit }) => [
    `oifname "${deviceName}" ip saddr ${metadataAddress} ip ttl set ${metadataHopLimit}`,
    ...(sourceDestCheck ? [`oifname "${deviceName}" ip daddr != ${address} drop`] : []),
  ]);
}

const quoted = (text: string): string => `"${text}"`;
const devicesOf = (interfaces: readonly PlannedInterface[]) => interfaces.map(({ deviceName }) => quoted(deviceName));
const oneOf = (elements: readonly string[]): string => `{ ${elements.join(', ')} }`;
