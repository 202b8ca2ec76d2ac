import type { Cloud } from '../cloud/cloud.ts';
import { tableOf } from '../cloud/world.ts';
import { type References, resolve } from './intrinsics.ts';
import type { Physical, Template, TemplateResource } from './template.ts';

/** Makes, or brings up to date, one resource of a type. */
export type Deployer = (resource: ResourceToDeploy, cloud: Cloud) => Promise<Physical>;

export interface ResourceToDeploy {
  readonly logicalId: string;
  /** With all references resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** What the resource is called in the world already, when the stack is deployed again. */
  readonly existing: Physical | undefined;
}

const deployed = tableOf<Physical>('deployment.resources');

/**
 * Deploys a packaged template into the model, as CloudFormation does into an account: every resource after those it
 * refers to. Deploying again updates what is there. Returns the physical names by logical id.
 */
export async function deploy(
  template: Template,
  cloud: Cloud,
  deployers: Readonly<Record<string, Deployer>>,
): Promise<Map<string, Physical>> {
  const physical = new Map<string, Promise<Physical>>();
  const { account, region } = cloud.world;
  const pseudoParameters: Readonly<Record<string, string>> = {
    'AWS::AccountId': account,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::URLSuffix': 'amazonaws.com',
  };

  const references: References = {
    pseudo: (name) => pseudoParameters[name],
    resource: (logicalId) => {
      const known = physical.get(logicalId);
      if (known !== undefined) return known;
      const resource = template.Resources[logicalId];
      if (!resource) throw new Error(`The template refers to ${logicalId}, which it does not contain`);
      const made = make(logicalId, resource);
      physical.set(logicalId, made);
      return made;
    },
  };

  const make = async (logicalId: string, resource: TemplateResource): Promise<Physical> => {
    const deployer = deployers[resource.Type];
    if (!deployer) throw new Error(`${logicalId}: a local deployment does not know ${resource.Type}`);
    for (const dependency of [resource.DependsOn ?? []].flat()) await references.resource(dependency);
    const properties = (await resolve(resource.Properties ?? {}, references)) as Record<string, unknown>;
    const row = await deployer({ logicalId, properties, existing: deployed(cloud.world).get(logicalId) }, cloud);
    deployed(cloud.world).put(logicalId, row);
    return row;
  };

  // One after the other: the same template gives the same world.
  for (const logicalId of Object.keys(template.Resources)) await references.resource(logicalId);
  await cloud.world.tables.commit();

  const result = new Map<string, Physical>();
  for (const [logicalId, made] of physical) result.set(logicalId, await made);
  return result;
}
