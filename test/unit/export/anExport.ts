import { ruleIdentity } from '../../../shared/aws/securityGroupRules.ts';
import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import type { Plan } from '../../../shared/blueprint/plan.ts';
import { resourcesOf } from '../../../shared/blueprint/resources.ts';
import type { ResourceName } from '../../../shared/blueprint/tags.ts';
import { exportTerraform, type TerraformExport } from '../../../shared/export/terraform/exportTerraform.ts';
import type { Observation } from '../../../shared/export/terraform/observation.ts';
import type { Facts } from '../../../shared/facts/facts.ts';
import type { ClusterSpec } from '../../../shared/spec/schema.ts';
import { roomyFacts, someSpecs } from '../blueprint/someSpecs.ts';
import { anExistingVpc, aSpec, eventSpecs, someFacts } from '../spec/aSpec.ts';

/** A plan as startWorkflow makes it. */
export const planOf = (spec: ClusterSpec, facts: Facts = someFacts()): Plan => ({
  spec,
  generation: 1,
  facts,
  blueprint: buildBlueprint(spec, facts),
});

/** What AWS shows of a cluster that is as planned. */
export function wholeObservation({ blueprint }: Plan): Observation {
  const idOf = (resource: ResourceName) => `id-of-${resource}`;
  const ids = new Map<ResourceName, string>(
    resourcesOf(blueprint).map(({ kind, key }) => [`${kind}/${key}`, idOf(`${kind}/${key}`)]),
  );
  for (const { key, existingSubnetId } of blueprint.subnets)
    ids.set(`subnet/${key}`, existingSubnetId ?? idOf(`subnet/${key}`));
  const securityGroupIds = Object.fromEntries(
    blueprint.securityGroups.map(({ key }) => [key, idOf(`security-group/${key}`)]),
  );
  const natAddresses = Object.fromEntries(blueprint.natGateways.map(({ key }, index) => [key, `198.51.100.${index}`]));
  return {
    ids,
    natAddresses,
    rules: blueprint.securityGroups.flatMap((group) =>
      (['ingress', 'egress'] as const).flatMap((direction) =>
        group[direction].map((rule, index) => ({
          id: `sgr-${group.key}-${direction}-${index}`,
          groupId: securityGroupIds[group.key] ?? '',
          direction,
          identity: ruleIdentity(rule, { securityGroupIds, natAddresses }),
        })),
      ),
    ),
    routeTables: blueprint.routeTables.map(({ key, subnetKeys }) => ({
      key,
      routes: ['0.0.0.0/0'],
      associations: subnetKeys.map((subnetKey) => ({ id: '', subnetId: idOf(`subnet/${subnetKey}`) })),
    })),
    templates: Object.fromEntries(
      blueprint.nodeGroups.map(({ name }) => [
        name,
        { version: '1', description: 'a1b2', userData: 'I2Nsb3VkLWNvbmZpZw==' },
      ]),
    ),
  };
}

export const exportOf = (plan: Plan): TerraformExport => exportTerraform(plan, wholeObservation(plan));

/** One resource or data source as a file says it. */
export interface Declared {
  readonly mode: 'resource' | 'data';
  readonly type: string;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** How expressions and import blocks name it. */
export const addressOf = ({ mode, type, name }: Declared): string => `${mode === 'data' ? 'data.' : ''}${type}.${name}`;

type ByType = Readonly<Record<string, Readonly<Record<string, Declared['values']>>>>;

/** Everything that an export declares. */
export const declaredIn = ({ files }: TerraformExport): Declared[] =>
  Object.values(files).flatMap((file) =>
    (['resource', 'data'] as const).flatMap((mode) =>
      Object.entries((file[mode] ?? {}) as ByType).flatMap(([type, all]) =>
        Object.entries(all).map(([name, values]) => ({ mode, type, name, values })),
      ),
    ),
  );

/** Addresses of import blocks with their ids, in the order of the files. */
export const importsIn = ({ files }: TerraformExport): { readonly to: string; readonly id: string }[] =>
  Object.values(files).flatMap((file) => (file['import'] ?? []) as { to: string; id: string }[]);

/** A VPC of somebody else in three zones. */
export const existingVpc = anExistingVpc();

/** The plan of a cluster in that VPC, with interface endpoints. */
export const planInExistingVpc = (): Plan =>
  planOf(
    aSpec({
      'spec.network.vpc': {
        id: existingVpc.vpcId,
        subnets: { private: existingVpc.subnets.map(({ subnetId }) => subnetId) },
      },
      'spec.network.endpoints': { interface: ['ecr.api'] },
    }),
    someFacts({ existingVpc }),
  );

/** Plans of every shape. */
export const somePlans = (count: number): readonly (readonly [string, Plan])[] => [
  ...eventSpecs().map((spec, index) => [`the spec of event ${index}`, planOf(spec)] as const),
  ['a cluster in somebody’s VPC', planInExistingVpc()],
  ...someSpecs(count).map(([name, spec]) => [name, planOf(spec, roomyFacts)] as const),
];
