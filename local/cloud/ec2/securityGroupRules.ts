import type { IpPermission } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { newId, type World } from '../world.ts';
import { parseCidr, showCidr } from './cidr.ts';

/** One rule: one source or destination, one protocol, one range of ports. */
export interface SecurityGroupRule {
  readonly ruleId: string;
  readonly isEgress: boolean;
  /** `tcp`, `udp`, `icmp`, a protocol's number, or `-1` for all. */
  readonly protocol: string;
  /** -1 for all ports, or for a protocol without ports. For ICMP the type and code. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrIpv4?: string;
  readonly referencedGroupId?: string;
  readonly description?: string;
}

/** Source: EC2 API reference, IpRange: up to 255 characters of this set. */
const description = z
  .string()
  .regex(/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/, 'Invalid rule description')
  .optional();

/** The `IpPermissions` parameter. IPv6 ranges and prefix lists are not modelled. */
export const permissionsInput = z.array(
  z.strictObject({
    IpProtocol: z.string(),
    FromPort: z.number().int().optional(),
    ToPort: z.number().int().optional(),
    IpRanges: z.array(z.strictObject({ CidrIp: z.string(), Description: description })).optional(),
    UserIdGroupPairs: z
      .array(z.strictObject({ GroupId: z.string(), UserId: z.string().optional(), Description: description }))
      .optional(),
  }),
);

export type Permissions = z.infer<typeof permissionsInput>;

/** Protocol numbers that EC2 turns into names (source: IANA, EC2 API reference). */
const protocolNames: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp' };
const withPorts = new Set(['tcp', 'udp']);

/** What every new group of a VPC lets out: everything. */
export function egressToEverywhere(world: World): SecurityGroupRule {
  return {
    ruleId: newId(world, 'sgr'),
    isEgress: true,
    protocol: '-1',
    fromPort: -1,
    toPort: -1,
    cidrIpv4: '0.0.0.0/0',
  };
}

/** The single rules that permissions contain, without ids. */
export function rulesIn(permissions: Permissions, isEgress: boolean): Omit<SecurityGroupRule, 'ruleId'>[] {
  return permissions.flatMap((permission) => {
    const reach = { isEgress, ...protocolAndPorts(permission) };
    const ranges = (permission.IpRanges ?? []).map((range) => ({
      ...reach,
      cidrIpv4: checkedCidr(range.CidrIp),
      ...(range.Description === undefined ? {} : { description: range.Description }),
    }));
    const groups = (permission.UserIdGroupPairs ?? []).map((pair) => ({
      ...reach,
      referencedGroupId: pair.GroupId,
      ...(pair.Description === undefined ? {} : { description: pair.Description }),
    }));
    if (ranges.length + groups.length === 0) {
      throw new AwsError('InvalidParameterValue', 'Invalid value for portRange. Must specify a source or destination');
    }
    return [...ranges, ...groups];
  });
}

function protocolAndPorts({ IpProtocol, FromPort, ToPort }: Permissions[number]) {
  const protocol = protocolNames[IpProtocol] ?? IpProtocol.toLowerCase();
  if (protocol === '-1') return { protocol, fromPort: -1, toPort: -1 };
  const isNumber = /^\d{1,3}$/.test(protocol) && Number(protocol) < 256;
  if (isNumber) return { protocol, fromPort: -1, toPort: -1 };
  if (protocol !== 'icmp' && !withPorts.has(protocol)) {
    throw new AwsError('InvalidPermission.Malformed', `Unsupported IP protocol "${IpProtocol}"`);
  }
  if (FromPort === undefined || ToPort === undefined) {
    throw new AwsError(
      'MissingParameter',
      `Invalid value for portRange. Must specify both from and to ports with TCP/UDP.`,
    );
  }
  if (withPorts.has(protocol) && (FromPort < 0 || ToPort > 65535 || FromPort > ToPort)) {
    throw new AwsError('InvalidParameterValue', `Invalid TCP/UDP port range (${FromPort}:${ToPort})`);
  }
  return { protocol, fromPort: FromPort, toPort: ToPort };
}

function checkedCidr(text: string): string {
  const cidr = parseCidr(text);
  if (!cidr || showCidr(cidr) !== text) {
    throw new AwsError('InvalidParameterValue', `CIDR block ${text} is malformed`);
  }
  return text;
}

/** Whether two rules say the same: descriptions and ids do not count. */
export function isSameRule(left: Omit<SecurityGroupRule, 'ruleId'>, right: Omit<SecurityGroupRule, 'ruleId'>): boolean {
  return ruleText(left) === ruleText(right);
}

/** A rule in the words of EC2's errors. */
export function ruleText(rule: Omit<SecurityGroupRule, 'ruleId'>): string {
  const ports = rule.fromPort === -1 ? 'ALL' : `from port: ${rule.fromPort}, to port: ${rule.toPort}`;
  const peer = rule.cidrIpv4 ?? rule.referencedGroupId;
  return `peer: ${peer}, ${rule.protocol === '-1' ? 'ALL' : rule.protocol.toUpperCase()}, ${ports}, ${rule.isEgress ? 'EGRESS' : 'ALLOW'}`;
}

/** Rules as DescribeSecurityGroups shows them: one permission for each protocol and range of ports. */
export function shownPermissions(world: World, rules: readonly SecurityGroupRule[]): IpPermission[] {
  const byReach = new Map<string, SecurityGroupRule[]>();
  for (const rule of rules) {
    const reach = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    byReach.set(reach, [...(byReach.get(reach) ?? []), rule]);
  }
  return [...byReach.values()].map((alike) => {
    const [{ protocol = '-1', fromPort, toPort } = {}] = alike;
    return {
      IpProtocol: protocol,
      ...(withPorts.has(protocol) || protocol === 'icmp' ? { FromPort: fromPort, ToPort: toPort } : {}),
      IpRanges: alike.flatMap(({ cidrIpv4, description: text }) =>
        cidrIpv4 === undefined ? [] : [{ CidrIp: cidrIpv4, ...(text === undefined ? {} : { Description: text }) }],
      ),
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: alike.flatMap(({ referencedGroupId, description: text }) =>
        referencedGroupId === undefined
          ? []
          : [
              {
                GroupId: referencedGroupId,
                UserId: world.account,
                ...(text === undefined ? {} : { Description: text }),
              },
            ],
      ),
    };
  });
}
