import * as z from 'zod';
import { parseAddress, parseCidr } from '../network/cidr.ts';

/**
 * Every string of a spec has one of these shapes. None admits a control character, so that no field can break a line of a
 * file, a terminal or a history (`$` does not match before a final newline without the m flag).
 */
const text = (pattern: RegExp, allowed: string) =>
  inWords(z.string({ error: allowed }).regex(pattern, { error: allowed }), allowed);

/** Says in words what a pattern allows, in the published schema too: editors that know the keyword show it (VS Code does). */
const inWords = (schema: z.ZodString, allowed: string) => schema.meta({ patternErrorMessage: allowed });

/** A cluster's name: with its suffix it must fit a load balancer's 32 characters. AWS keeps `internal-` and `sg-`. */
export const clusterName = text(
  /^(?!internal(-|$))(?!sg-)(?!.*--)[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
  '1 to 20 lower-case letters, digits and single hyphens, beginning with a letter, not with "internal" or "sg-"',
);

export const groupName = text(
  /^(?!.*--)[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
  '1 to 30 lower-case letters, digits and single hyphens, beginning with a letter',
);

export const environmentName = text(/^[a-z][a-z0-9-]{0,30}$/, '1 to 31 lower-case letters, digits and hyphens');

export const region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as us-east-1');

export const zone = text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'a zone such as us-east-1a');

export const kubernetesVersion = text(/^\d{1,2}\.\d{1,3}\.\d{1,3}$/, 'an exact version in quotes, such as "1.36.3"');

export const instanceType = text(/^[a-z][a-z0-9-]{0,20}\.[a-z0-9-]{1,20}$/, 'an instance type such as m7g.large');

const cidrAllowed = 'an IPv4 range such as 10.0.0.0/16, without leading zeros and with no bit set beyond the prefix';
export const cidr = z
  .string({ error: cidrAllowed })
  .regex(/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}\/(0|[1-9]\d?)$/, { error: cidrAllowed })
  .refine((value) => parseCidr(value) !== undefined, { error: cidrAllowed })
  .meta({ patternErrorMessage: cidrAllowed });

const HOST = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const hostAllowed = 'a DNS name in lower case (at most 253 characters) or an IPv4 address';
export const hostOrAddress = z
  .string({ error: hostAllowed })
  .max(253, { error: hostAllowed })
  .regex(HOST, { error: hostAllowed })
  .refine((value) => !/^[\d.]+$/.test(value) || parseAddress(value) !== undefined, { error: hostAllowed })
  .meta({ patternErrorMessage: hostAllowed });

export const vpcId = text(/^vpc-[0-9a-f]{8,17}$/, 'a VPC id such as vpc-0a1b2c3d4e5f60718');

export const subnetId = text(/^subnet-[0-9a-f]{8,17}$/, 'a subnet id such as subnet-0a1b2c3d4e5f60718');

/**
 * EC2 takes more; IAM, and with it every cluster, takes these alone (and letters beyond ASCII, which files here never hold). The
 * volume driver takes tags as key=value, so a key has no equals sign.
 */
export const tagKey = text(
  /^[A-Za-z0-9][A-Za-z0-9 _.:/+@-]{0,126}[A-Za-z0-9_.:/+@-]$|^[A-Za-z0-9]$/,
  '1 to 128 ASCII letters, digits, spaces and _ . : / + - @, beginning with a letter or digit',
);
export const tagValue = text(
  /^[A-Za-z0-9 _.:/=+@-]{0,256}$/,
  'at most 256 ASCII letters, digits, spaces and _ . : / = + - @',
);

/** Kubernetes' qualified names: an optional DNS name of at most 253 characters, then 63 characters. */
export const labelKey = text(
  /^((?=[^/]{1,253}\/)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/,
  'a key such as team or example.com/team',
);
export const labelValue = text(
  /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/,
  'a label value of at most 63 characters',
);

export const argumentName = text(/^[a-z][a-z0-9-]{0,80}$/, "a flag's name without its leading hyphens");

/** What follows `--flag=`. Printable ASCII only; quoting for systemd and shells is the serializers' work. */
export const argumentValue = text(/^[\x20-\x7e]{0,1024}$/, 'at most 1,024 printable ASCII characters');

const urlAllowed = 'a URL such as https://id.example.com/realms/people, without a query';
export const httpsUrl = z
  .string({ error: urlAllowed })
  .regex(/^https:\/\/[a-z0-9.-]{1,253}(:[1-9]\d{0,4})?(\/[A-Za-z0-9._~/-]{0,512})?$/, { error: urlAllowed })
  .refine((value) => hasReachableHost(value), { error: urlAllowed })
  .meta({ patternErrorMessage: urlAllowed });

/** The pattern above lets `.` pass as a host, and ports that do not exist. */
function hasReachableHost(url: string): boolean {
  const [, host = '', port = '443'] = /^https:\/\/([^:/]+)(?::(\d+))?/.exec(url) ?? [];
  return HOST.test(host) && !host.startsWith('*') && Number(port) <= 65_535;
}

/** One word of a policy, a claim or a client id. */
export const word = text(
  /^[A-Za-z0-9*][A-Za-z0-9_.:/@*-]{0,252}$/,
  'a word of at most 253 letters, digits and _ . : / @ * -',
);

/** An HTTP path of an audit rule. */
export const urlPath = text(/^\/[A-Za-z0-9._~/*-]{0,252}$/, 'a path such as /healthz*');

export const timeOfDay = text(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as "02:30"');

const timeZoneAllowed = 'an IANA time zone such as Europe/Berlin';
export const timeZone = z
  .string({ error: timeZoneAllowed })
  .regex(/^[A-Za-z]+(\/[A-Za-z0-9_+-]+){0,2}$/, { error: timeZoneAllowed })
  .refine(isTimeZone, { error: timeZoneAllowed })
  .meta({ patternErrorMessage: timeZoneAllowed });

/** Whether the runtime's copy of IANA's database has the zone, in its own spelling. */
function isTimeZone(name: string): boolean {
  try {
    const { timeZone: known } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return known === name || known.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

export const endpointService = text(
  /^(?!com\.amazonaws\.)[a-z0-9]([a-z0-9.-]{0,58}[a-z0-9])?$/,
  "a service's short name such as ecr.api, without com.amazonaws.REGION.",
);
