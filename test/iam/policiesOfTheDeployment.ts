import { findBus } from '../../local/cloud/eventBridge/buses.ts';
import { managedPolicyDocument } from '../../local/cloud/iam/policies.ts';
import { type PolicyStatement, parsePolicyDocument } from '../../local/cloud/iam/policyDocument.ts';
import { roles } from '../../local/cloud/iam/roles.ts';
import { allBuckets } from '../../local/cloud/s3/buckets.ts';
import { keyPolicy } from '../../shared/aws/keyPolicies.ts';
import { buildBlueprint } from '../../shared/blueprint/buildBlueprint.ts';
import { anAccount } from '../support/embeddedWorld.ts';
import { aSpec, type Changes, someFacts } from '../unit/spec/aSpec.ts';

/** A statement as it is in force, references filled in, and whose it is. */
export interface OwnedStatement {
  /** `role CreateVpcRole`, `boundary`, `key policy secrets` */
  readonly owner: string;
  /** What decides together: a role's own policies, one boundary, one resource policy. */
  readonly kind: 'role' | 'boundary' | 'resource';
  readonly statement: PolicyStatement;
}

/** Specs whose machines' roles differ. */
const specs: Readonly<Record<string, Changes>> = {
  'all addons': {},
  'dedicated etcd': { 'spec.etcd.placement': 'dedicated' },
  'no addons': { 'spec.addons': [] },
  'routed pods': { 'spec.network.plugin': 'routed' },
  calico: { 'spec.network.plugin': 'calico', 'spec.network.calico.mode': 'bgp-cross-subnet' },
};

/** Every policy of the deployed stack and of the clusters it makes. */
export async function policiesOfTheDeployment(): Promise<readonly OwnedStatement[]> {
  const { world } = await anAccount();
  const own = [...roles(world).rows()].flatMap((role) =>
    Object.values(role.inlinePolicies).flatMap((document) => statementsOf('role', roleNameOf(role.roleName), document)),
  );
  const boundary = managedPolicyDocument(
    world,
    `arn:aws:iam::${world.account}:policy/kubestep/kubestep-dev-${world.region}/kubestep-dev-${world.region}-machines`,
  );
  const buckets = allBuckets(world).flatMap(({ policy }) =>
    policy ? statementsOf('resource', 'bucket policy', policy) : [],
  );
  const bus = findBus(world, 'kubestep-dev-operations')?.policy;
  return [
    ...own,
    ...statementsOf('boundary', 'boundary', boundary),
    ...buckets,
    ...statementsOf('resource', 'bus policy', bus),
    ...Object.entries(specs).flatMap(([title, changes]) => policiesOfCluster(title, changes)),
  ];
}

/** Without the deployment, and without the ending that CloudFormation makes up. */
const roleNameOf = (name: string): string =>
  `role ${name.replace(/^kubestep-(dev-us-east-1-)?(.*Role)(-\w+)?$/, '$2')}`;

function policiesOfCluster(title: string, changes: Changes): readonly OwnedStatement[] {
  const spec = aSpec(changes);
  const facts = someFacts();
  const blueprint = buildBlueprint(spec, facts);
  const ofRoles = blueprint.roles.flatMap(({ key, statements }) =>
    statementsOf('role', `role of a ${key} with ${title}`, policyOf(statements)),
  );
  const ofKeys = blueprint.keys.flatMap((key) =>
    statementsOf(
      'resource',
      `policy of key ${key.key} with ${title}`,
      JSON.stringify(keyPolicy(key, { spec, generation: 1, facts, blueprint })),
    ),
  );
  return [...ofRoles, ...ofKeys];
}

const policyOf = (Statement: readonly unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement });

function statementsOf(kind: OwnedStatement['kind'], owner: string, document: string | undefined): OwnedStatement[] {
  const parsed = document === undefined ? 'there is none' : parsePolicyDocument(document);
  if (typeof parsed === 'string') throw new Error(`${owner}: ${parsed}`);
  return parsed.Statement.map((statement) => ({ kind, owner, statement }));
}
