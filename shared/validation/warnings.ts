import { quotas, standardOnDemand as standard } from '../awsLimits.ts';
import { masterCount, sizingReason } from '../blueprint/sizing.ts';
import type { Facts } from '../facts/facts.ts';
import { cidrOf, contains } from '../network/cidr.ts';
import { needsDrivers } from '../spec/instanceTypes.ts';
import { foundText } from '../spec/problems.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import { listed } from './checks/check.ts';
import { unjudgedTypes } from './checks/quotas.ts';

/** Something allowed that its author may not have meant. Warnings never keep a cluster from being made. */
export interface SpecWarning {
  readonly path: string;
  /** What it leads to. */
  readonly consequence: string;
  /** What to do who does not want that. */
  readonly remedy: string;
}

type Look = (document: ClusterSpec, facts: Facts | undefined) => readonly SpecWarning[];

/** What is worth a second look before a cluster is made of the spec. */
export function warningsOf(document: ClusterSpec, facts: Facts | undefined): readonly SpecWarning[] {
  const looks: readonly Look[] = [
    zonesOfMasters,
    publicRanges,
    addonsLeftOut,
    driversMissing,
    sizeByMax,
    quotasUnjudged,
    openApi,
  ];
  return looks.flatMap((look) => look(document, facts));
}

/** Every warning, a paragraph each. */
export function describeWarnings(warnings: readonly SpecWarning[]): readonly string[] {
  return warnings.map(({ path, consequence, remedy }) => `${path}\n  warning  ${consequence}\n  remedy   ${remedy}`);
}

/** A zone that holds half of the members or more takes the majority with it. */
function zonesOfMasters({ spec }: ClusterSpec): readonly SpecWarning[] {
  const { members } = spec.etcd;
  const inFirstZone = Math.ceil(members / spec.zones.length);
  if (members === 1)
    return [
      {
        path: 'spec.etcd.members',
        consequence: 'The loss of one machine or its volume is the loss of the cluster.',
        remedy: 'Use 3 members for a cluster that must last.',
      },
    ];
  if (members - inFirstZone > members / 2) return [];
  return [
    {
      path: 'spec.zones',
      consequence: `${inFirstZone} of ${members} members of etcd are in ${spec.zones[0]}: without that zone the cluster stops.`,
      remedy: 'Name three zones; masters and members are spread over them.',
    },
  ];
}

/** Source: RFC 1918 and RFC 6598 (shared address space), the ranges that nobody on the internet has. */
const privateRanges = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '198.18.0.0/15',
  '240.0.0.0/4',
];

function publicRanges({ spec: { network } }: ClusterSpec): readonly SpecWarning[] {
  const ranges = [
    { path: 'spec.network.podCIDR', cidr: network.podCIDR, of: 'pods' },
    { path: 'spec.network.serviceCIDR', cidr: network.serviceCIDR, of: 'Services' },
    ...('cidr' in network.vpc ? [{ path: 'spec.network.vpc.cidr', cidr: network.vpc.cidr, of: 'machines' }] : []),
  ];
  return ranges
    .filter(({ cidr }) => !privateRanges.some((range) => contains(cidrOf(range), cidrOf(cidr))))
    .map(({ path, cidr, of }) => ({
      path,
      consequence: `${cidr} has addresses of the internet; what really lives there cannot be reached from the cluster, whose ${of} have them.`,
      remedy: 'Use a private range such as 10.0.0.0/16 or 100.96.0.0/11.',
    }));
}

const whatAddonsDo = {
  coredns: 'no name resolves in the cluster',
  'aws-cloud-controller-manager': 'nodes learn no zone, and a Service of type LoadBalancer gets no balancer',
  'aws-ebs-csi-driver': 'no claim gets a volume',
  'metrics-server': 'kubectl top and autoscalers of pods know nothing',
} as const;

function addonsLeftOut({ spec: { addons } }: ClusterSpec): readonly SpecWarning[] {
  const missing = (Object.keys(whatAddonsDo) as (keyof typeof whatAddonsDo)[]).filter(
    (addon) => !addons.includes(addon),
  );
  return missing.map((addon) => ({
    path: 'spec.addons',
    consequence: `Without ${addon} ${whatAddonsDo[addon]}, until you install it yourself.`,
    remedy: `Add ${addon}.`,
  }));
}

function driversMissing({ spec: { nodeGroups } }: ClusterSpec): readonly SpecWarning[] {
  return nodeGroups.flatMap(({ instanceTypes }, index) => {
    const types = instanceTypes.filter(needsDrivers);
    if (types.length === 0) return [];
    return [
      {
        path: `spec.nodeGroups[${index}].instanceTypes`,
        consequence: `${listed(types)}: kubestep installs no driver and no device plugin, so pods see no accelerator.`,
        remedy: "Install the vendor's operator, which brings both (NVIDIA's GPU operator, AWS's Neuron device plugin).",
      },
    ];
  });
}

/** Groups are often given a max that nobody means to reach, and the control plane is sized for it. */
function sizeByMax(document: ClusterSpec): readonly SpecWarning[] {
  const reason = sizingReason(document);
  if (reason === undefined) return [];
  const { nodes, master, forDesired } = reason;
  return [
    {
      path: 'spec.controlPlane.instanceType',
      consequence: `${masterCount(document)} masters are ${master}, because the groups' max allows ${nodes} nodes; for those that it begins with ${forDesired} would do.`,
      remedy: 'Lower max, or set spec.controlPlane.instanceType (and spec.etcd.volume) yourself.',
    },
  ];
}

/** Quotas whose use is counted for every plan. */
const countedCodes = [quotas.vpcs, quotas.networkInterfaces, quotas.gp3Storage, quotas.autoScalingGroups, standard].map(
  ({ code }) => code,
);

function quotasUnjudged(document: ClusterSpec, facts: Facts | undefined): readonly SpecWarning[] {
  const types = unjudgedTypes(document);
  const unknown =
    types.length === 0
      ? []
      : [
          {
            path: 'spec.nodeGroups',
            consequence: `Whether the account's quotas have room for ${listed(types)} was not judged: kubestep does not know how they count.`,
            remedy: 'Look at Service Quotas before you start.',
          },
        ];
  const uncounted = Object.keys(facts?.quotas ?? {}).filter(
    (code) => facts?.usage && !(code in facts.usage) && countedCodes.includes(code),
  );
  return uncounted.length === 0
    ? unknown
    : [
        ...unknown,
        {
          path: 'the account',
          consequence: `How much of the quotas ${listed(uncounted)} is in use could not be counted in time; they were judged as if nothing were.`,
          remedy: 'Look at Service Quotas before you start.',
        },
      ];
}

function openApi({ spec: { api } }: ClusterSpec): readonly SpecWarning[] {
  const all = (api.allowedCIDRs ?? []).filter((cidr) => cidr.endsWith('/0'));
  if (api.access !== 'public' || all.length === 0) return [];
  return [
    {
      path: 'spec.api.allowedCIDRs',
      consequence: `${foundText(all[0])}: everyone on the internet reaches the API, and only certificates keep them out.`,
      remedy: 'Name the ranges of your offices and pipelines.',
    },
  ];
}
