import {
  type FoundRule,
  hasPorts,
  isEverything,
  type Peers,
  protocols,
  ruleIdentity,
} from '../../aws/securityGroupRules.ts';
import type { Blueprint, RuleBlueprint, SecurityGroupBlueprint } from '../../blueprint/blueprint.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { idIn, type Observation } from './observation.ts';
import { securityGroup, vpc } from './references.ts';
import { type Arguments, attribute, followedBy, type LeftOut, nameOf, type Part, type Resource } from './syntax.ts';

type Direction = FoundRule['direction'];

/** The security groups, each rule by itself: rules of others beside them are no business of Terraform's. */
export function securityGroupsPart(blueprint: Blueprint, observed: Observation): Part {
  const peers = peersOf(blueprint, observed);
  const parts = blueprint.securityGroups.map((group) => groupPart(blueprint, group, observed, peers));
  return {
    resources: parts.flatMap(({ resources = [] }) => resources),
    leftOut: parts.flatMap(({ leftOut = [] }) => leftOut),
  };
}

const peersOf = ({ securityGroups }: Blueprint, observed: Observation): Peers => ({
  securityGroupIds: Object.fromEntries(
    securityGroups.map(({ key }) => [key, idIn(observed, `security-group/${key}`)] as const),
  ),
  natAddresses: observed.natAddresses,
});

function groupPart(blueprint: Blueprint, group: SecurityGroupBlueprint, observed: Observation, peers: Peers): Part {
  const { key, name, description } = group;
  const id = idIn(observed, `security-group/${key}`);
  const found = observed.rules.filter(({ groupId }) => groupId === id);
  const wanted = [...rulesOf(group, 'ingress'), ...rulesOf(group, 'egress')].map((rule) => ({
    ...rule,
    found: found.find(
      ({ direction, identity }) => direction === rule.direction && identity === ruleIdentity(rule.rule, peers),
    ),
  }));
  const strangers = found.filter((rule) => !wanted.some((one) => one.found === rule));
  return {
    resources: [
      {
        type: 'aws_security_group',
        name: nameOf('security-group', key),
        id,
        values: { name, description, vpc_id: vpc(blueprint), tags: tagsOf(blueprint.cluster, 'security-group', key) },
      },
      ...wanted.flatMap((one) => (one.found === undefined ? [] : [ruleResource(key, one, one.found.id)])),
    ],
    leftOut: [
      ...wanted.filter((one) => one.found === undefined).map((one) => missing(key, one)),
      ...strangers.map((rule) => ({
        what: `${rule.id} of security-group/${key} (${rule.direction} ${rule.identity})`,
        reason: 'a rule that others made, such as Kubernetes for its own load balancers',
      })),
    ],
  };
}

interface DirectedRule {
  readonly direction: Direction;
  readonly rule: RuleBlueprint;
}

const rulesOf = (group: SecurityGroupBlueprint, direction: Direction): readonly DirectedRule[] =>
  group[direction].map((rule) => ({ direction, rule }));

function ruleResource(group: string, { direction, rule }: DirectedRule, id: string): Resource {
  return {
    type: `aws_vpc_security_group_${direction}_rule`,
    name: nameOf('security-group', group, ...wordsOf(rule)),
    id,
    values: {
      security_group_id: securityGroup(group),
      // The one that came with the group has none.
      description: direction === 'egress' && isEverything(rule) ? undefined : rule.why,
      ip_protocol: protocols[rule.protocol],
      ...(hasPorts(rule.protocol) && { from_port: rule.fromPort, to_port: rule.toPort }),
      ...peerOf(rule.peer),
    },
  };
}

function peerOf(peer: RuleBlueprint['peer']): Arguments {
  if ('cidr' in peer) return { cidr_ipv4: peer.cidr };
  if ('securityGroupKey' in peer) return { referenced_security_group_id: securityGroup(peer.securityGroupKey) };
  const address = attribute('aws_eip', nameOf('elastic-ip', peer.natGatewayKey), 'public_ip');
  return { cidr_ipv4: followedBy(address, '/32') };
}

/** What distinguishes a rule from the others of its group and direction, whatever AWS calls its peer. */
function wordsOf({ protocol, fromPort, toPort, peer }: RuleBlueprint): readonly string[] {
  const ports = hasPorts(protocol) ? [...new Set([fromPort, toPort])].map(String) : [];
  if ('cidr' in peer) return [protocol, ...ports, peer.cidr];
  return [protocol, ...ports, 'natGatewayKey' in peer ? `nat-gateway-${peer.natGatewayKey}` : peer.securityGroupKey];
}

const missing = (group: string, { direction, rule }: DirectedRule): LeftOut => ({
  what: `the ${direction} rule ${wordsOf(rule).join(' ')} of security-group/${group}`,
  reason: 'AWS shows none, although the plan asks for it',
});
