import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type IpPermission,
  paginateDescribeSecurityGroupRules,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { RuleBlueprint, SecurityGroupBlueprint } from '../blueprint/blueprint.ts';
import { ec2 } from '../clients/ec2.ts';
import { NotReady } from '../errors.ts';
import { errorName, removed, settled } from './errors.ts';
import { idFor, idOf } from './ids.ts';
import type { FoundSecurityGroup } from './securityGroups.ts';

/** What rules name as their peers, by the blueprint's keys. */
export interface Peers {
  readonly securityGroupIds: Readonly<Record<string, string>>;
  /** Public addresses of the NAT gateways. */
  readonly natAddresses: Readonly<Record<string, string>>;
}

/**
 * Ensures the rules of one group. Rules that others added stay, such as those of Kubernetes' own balancers; of what AWS
 * put into the new group only that everything may leave goes, where the blueprint does not say so.
 */
export async function ensureRules(
  group: SecurityGroupBlueprint,
  found: FoundSecurityGroup,
  peers: Peers,
): Promise<void> {
  const { ingress, egress } = missingRules(group, found, peers);
  const GroupId = found.id;
  if (ingress.length > 0) {
    await once(ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: ingress })));
  }
  if (egress.length > 0) {
    await once(ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: egress })));
  }
  const initial = initialEgressIn(found);
  if (initial && !group.egress.some(isEverything)) {
    await removed(GroupId, ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [initial] })));
  }
}

/** What the blueprint asks for and the group does not have. */
export function missingRules(
  group: SecurityGroupBlueprint,
  found: FoundSecurityGroup,
  peers: Peers,
): { ingress: IpPermission[]; egress: IpPermission[] } {
  const wanted = (rules: readonly RuleBlueprint[]) => rules.map((rule) => permissionOf(rule, peers));
  return {
    ingress: without(wanted(group.ingress), found.ingress),
    egress: without(wanted(group.egress), found.egress),
  };
}

/** A rule with the id that EC2 gave to it. */
export interface FoundRule {
  readonly id: string;
  readonly groupId: string;
  readonly direction: 'ingress' | 'egress';
  /** What it lets through, in the words of `ruleIdentity`. */
  readonly identity: string;
}

/** Every rule of the groups, by any creator. */
export async function findRules(groupIds: readonly string[]): Promise<FoundRule[]> {
  const found: FoundRule[] = [];
  const Filters = [{ Name: 'group-id', Values: [...groupIds] }];
  for await (const page of paginateDescribeSecurityGroupRules({ client: ec2 }, { Filters })) {
    found.push(...(page.SecurityGroupRules ?? []).map(foundRule));
  }
  return found;
}

function foundRule(rule: SecurityGroupRule): FoundRule {
  const { IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo } = rule;
  const peer = ReferencedGroupInfo?.GroupId ?? CidrIpv4 ?? CidrIpv6 ?? PrefixListId;
  return {
    id: idOf(rule.SecurityGroupRuleId),
    groupId: idOf(rule.GroupId),
    direction: rule.IsEgress ? 'egress' : 'ingress',
    identity: identityOf({ IpProtocol, FromPort, ToPort }, peer),
  };
}

/** What a rule lets through: no group has two rules of one direction that say the same. */
export const ruleIdentity = (rule: RuleBlueprint, peers: Peers): string =>
  identitiesOf(permissionOf(rule, peers)).join();

/** Revokes every rule of the group that names another group, so that groups which name each other can be deleted. */
export async function revokeCrossReferences(group: FoundSecurityGroup): Promise<void> {
  const GroupId = group.id;
  const ingress = crossReferences(group.ingress);
  if (ingress.length > 0) {
    await removed(GroupId, ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: ingress })));
  }
  const egress = crossReferences(group.egress);
  if (egress.length > 0) {
    await removed(GroupId, ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: egress })));
  }
}

/** Protocols by the words of EC2. */
export const protocols: Readonly<Record<RuleBlueprint['protocol'], string>> = {
  tcp: 'tcp',
  udp: 'udp',
  icmp: 'icmp',
  '4': '4', // IP in IP has a number only
  all: '-1',
};

/** Whether rules of the protocol name ports, or types of ICMP. */
export const hasPorts = (protocol: RuleBlueprint['protocol']): boolean =>
  protocol === 'tcp' || protocol === 'udp' || protocol === 'icmp';

function permissionOf({ protocol, fromPort, toPort, peer, why }: RuleBlueprint, peers: Peers): IpPermission {
  return {
    IpProtocol: protocols[protocol],
    ...(hasPorts(protocol) && { FromPort: fromPort, ToPort: toPort }),
    ...peerOf(peer, why, peers),
  };
}

function peerOf(peer: RuleBlueprint['peer'], Description: string, { securityGroupIds, natAddresses }: Peers) {
  if ('cidr' in peer) return { IpRanges: [{ CidrIp: peer.cidr, Description }] };
  if ('natGatewayKey' in peer) {
    return { IpRanges: [{ CidrIp: `${idFor(natAddresses, peer.natGatewayKey, 'NAT address')}/32`, Description }] };
  }
  const GroupId = idFor(securityGroupIds, peer.securityGroupKey, 'security group');
  return { UserIdGroupPairs: [{ GroupId, Description }] };
}

/** EC2 joins rules of one protocol and port range into one permission with many peers: compared one peer at a time. */
function without(wanted: readonly IpPermission[], present: readonly IpPermission[]): IpPermission[] {
  const known = new Set(present.flatMap(identitiesOf));
  return wanted.filter((permission) => !identitiesOf(permission).every((identity) => known.has(identity)));
}

function identitiesOf({ IpRanges, UserIdGroupPairs, ...ports }: IpPermission): string[] {
  const peers = [
    ...(IpRanges ?? []).map(({ CidrIp }) => CidrIp),
    ...(UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
  ];
  return peers.map((peer) => identityOf(ports, peer));
}

function identityOf({ IpProtocol, FromPort, ToPort }: IpPermission, peer: string | undefined): string {
  const ports = IpProtocol === '-1' || IpProtocol === '4' ? '' : `${FromPort}-${ToPort}`;
  return `${IpProtocol} ${ports} ${peer}`;
}

/** The rule that EC2 gives to every new group, and that stays where the blueprint asks for the same. */
export const isEverything = ({ protocol, peer }: RuleBlueprint) =>
  protocol === 'all' && 'cidr' in peer && peer.cidr === '0.0.0.0/0';

function initialEgressIn({ egress }: FoundSecurityGroup): IpPermission | undefined {
  const everywhere = egress.find(
    ({ IpProtocol, IpRanges }) => IpProtocol === '-1' && IpRanges?.some(({ CidrIp }) => CidrIp === '0.0.0.0/0'),
  );
  return everywhere && { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
}

function crossReferences(permissions: readonly IpPermission[]): IpPermission[] {
  return permissions
    .filter(({ UserIdGroupPairs }) => (UserIdGroupPairs?.length ?? 0) > 0)
    .map(({ IpProtocol, FromPort, ToPort, UserIdGroupPairs }) => ({
      IpProtocol,
      ...(FromPort !== undefined && { FromPort, ToPort }),
      UserIdGroupPairs: UserIdGroupPairs?.map(({ GroupId }) => ({ GroupId })),
    }));
}

/** A rule that is there already came from a try whose answer was lost; the next try reads what is left to do. */
async function once(authorization: Promise<unknown>): Promise<void> {
  try {
    await settled(authorization);
  } catch (error) {
    if (errorName(error) !== 'InvalidPermission.Duplicate') throw error;
    throw new NotReady(`EC2 does not show all rules yet: ${(error as Error).message}`, { cause: error });
  }
}
