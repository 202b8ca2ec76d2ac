import type { Plan } from '../../blueprint/plan.ts';
import { InvalidRequest } from '../../errors.ts';
import { endpointsPart } from './endpoints.ts';
import { internetGatewayPart } from './internetGateway.ts';
import { keysPart } from './keys.ts';
import { loadBalancerPart } from './loadBalancer.ts';
import { natGatewaysPart } from './natGateways.ts';
import { nodeGroupsPart } from './nodeGroups.ts';
import type { Observation } from './observation.ts';
import { outputsOf } from './outputs.ts';
import { rolesPart } from './roles.ts';
import { routeTablesPart } from './routeTables.ts';
import { securityGroupsPart } from './securityGroups.ts';
import { slotsPart } from './slots.ts';
import { subnetsPart } from './subnets.ts';
import { type DataSource, inJson, type LeftOut, type Part, type Resource } from './syntax.ts';
import { vpcPart } from './vpc.ts';

/** A cluster as code: JSON documents by the names of their files. */
export interface TerraformExport {
  readonly files: Readonly<Record<string, TerraformFile>>;
  /** What is in no file, and why. */
  readonly leftOut: readonly LeftOut[];
}

/** One file in Terraform's JSON syntax. */
export type TerraformFile = Readonly<Record<string, unknown>>;

/** Which releases of the provider the judge has seen, or their majors promise to read alike. */
const providerVersions = '>= 5.80, < 7';

/** Import blocks are of 1.5; what is imported by an expression is of 1.6, and no file here needs it. */
const terraformVersions = '>= 1.5';

/**
 * Everything that AWS has of the cluster, as Terraform's code with import blocks: it takes what exists under its care and changes
 * nothing. Computed from the plan, so that what differs in AWS shows as a difference.
 */
export function exportTerraform(plan: Plan, observed: Observation): TerraformExport {
  const { blueprint } = plan;
  const parts: Readonly<Record<string, Part>> = {
    vpc: vpcPart(blueprint, observed),
    subnets: subnetsPart(blueprint, observed),
    internet_gateway: internetGatewayPart(blueprint, observed),
    nat_gateways: natGatewaysPart(blueprint, observed),
    route_tables: routeTablesPart(blueprint, observed),
    endpoints: endpointsPart(blueprint, observed),
    security_groups: securityGroupsPart(blueprint, observed),
    roles: rolesPart(plan),
    keys: keysPart(plan, observed),
    load_balancer: loadBalancerPart(blueprint, observed),
    slots: slotsPart(blueprint, observed),
    node_groups: nodeGroupsPart(blueprint, observed),
  };
  // By this line the next export knows that it may replace the file.
  const header = `Written by kubestep export terraform of the cluster ${blueprint.cluster.name} (${blueprint.cluster.id}), and written again by the next.`;
  const written = Object.entries(parts).filter(([, part]) => !isEmpty(part));
  return {
    files: {
      'versions.tf.json': { '//': [header, ...notes], ...versionsFor(blueprint.cluster.region) },
      ...Object.fromEntries(written.map(([noun, part]) => [`${noun}.tf.json`, fileOf(header, part)])),
      'outputs.tf.json': {
        '//': [header],
        output: Object.fromEntries(
          Object.entries(outputsOf(blueprint)).map(([name, value]) => [name, { value: inJson(value) }]),
        ),
      },
    },
    leftOut: [...written.flatMap(([, { leftOut = [] }]) => leftOut), ...neverExported],
  };
}

const notes: readonly string[] = [
  'It adopts, audits and hands over a cluster that exists. It cannot create one: machines are launched and admitted by a workflow.',
  'The deployment of kubestep must stay: kubelets renew their certificates there, every seven days at the latest.',
  'Rules that others add to the security groups, and tags and policies of other resources than these, are not seen.',
];

const neverExported: readonly LeftOut[] = [
  {
    what: 'load balancers, volumes and security groups that Kubernetes made',
    reason: 'they follow from Services and claims inside the cluster',
  },
  {
    what: 'bundles, certificates, reports and runs of the cluster',
    reason: 'they are rows and objects of the deployment, without which no machine of the cluster starts',
  },
];

const versionsFor = (region: string): TerraformFile => ({
  terraform: {
    required_version: terraformVersions,
    required_providers: { aws: { source: 'hashicorp/aws', version: providerVersions } },
  },
  provider: { aws: { region } },
});

const isEmpty = ({ resources = [], data = [], leftOut = [] }: Part): boolean =>
  resources.length + data.length + leftOut.length === 0;

function fileOf(header: string, { resources = [], data = [], leftOut = [] }: Part): TerraformFile {
  return {
    '//': [header, ...leftOut.map(({ what, reason }) => `Left out: ${what}: ${reason}.`)],
    ...(resources.length > 0 && {
      import: resources.map(({ type, name, id }) => ({ to: `${type}.${name}`, id })),
      resource: byType(resources),
    }),
    ...(data.length > 0 && { data: byType(data) }),
  };
}

function byType(all: readonly (Resource | DataSource)[]): Record<string, Record<string, unknown>> {
  const types: Record<string, Record<string, unknown>> = {};
  for (const { type, name, values } of all) {
    if (types[type]?.[name] !== undefined)
      throw new InvalidRequest(
        `Two resources of the cluster would both be ${type}.${name} in Terraform: rename one of them.`,
      );
    types[type] = { ...types[type], [name]: inJson(values) };
  }
  return types;
}
