import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { interfaceEndpointServices } from '../../shared/aws/endpointServices.ts';
import { findExistingVpc } from '../../shared/aws/existingVpc.ts';
import { resolveImages } from '../../shared/aws/images.ts';
import { sizesOfInstanceTypes, zonesOfInstanceTypes } from '../../shared/aws/instanceTypes.ts';
import { appliedQuotas, quotasFor } from '../../shared/aws/quotas.ts';
import { quotaUsage } from '../../shared/aws/quotaUsage.ts';
import { availableZones } from '../../shared/aws/zones.ts';
import { instanceTypesOf } from '../../shared/blueprint/instanceTypesOf.ts';
import type { Deployment, Facts } from '../../shared/facts/facts.ts';
import type { ClusterSpec } from '../../shared/spec/schema.ts';
import { deploymentOf } from '../../shared/step/deployment.ts';
import { readAssetCatalogue } from '../../shared/store/assetCatalogue.ts';

const event = z.object({ spec: z.custom<ClusterSpec>((value) => typeof value === 'object'), clusterId: z.string() });

/**
 * Looks up once what a plan rests on: zones, images, quotas and their use, where instance types and endpoints are offered, and an
 * existing VPC. Invoked by startWorkflow with a spec that was parsed there.
 */
export const handler = async (input: unknown, context: Context): Promise<Facts> => {
  const { spec, clusterId } = event.parse(input);
  const { account, partition, region } = await deploymentOf(context);
  const { vpc, endpoints } = spec.spec.network;
  const types = instanceTypesOf(spec);
  const [
    zones,
    images,
    quotas,
    usage,
    instanceTypeZones,
    instanceTypeSizes,
    endpointServices,
    existingVpc,
    assetCatalogue,
  ] = await Promise.all([
    availableZones(),
    resolveImages(),
    appliedQuotas(quotasFor(types)),
    quotaUsage(clusterId),
    zonesOfInstanceTypes(types),
    sizesOfInstanceTypes(types),
    interfaceEndpointServices(region, endpoints.interface),
    'id' in vpc ? findExistingVpc({ ...vpc, region, clusterId }) : undefined,
    readAssetCatalogue(),
  ]);
  return {
    clusterId,
    account,
    partition,
    region,
    zones,
    images,
    quotas,
    usage,
    instanceTypeZones,
    instanceTypeSizes,
    endpointServices,
    existingVpc,
    deployment: deployed(),
    ...(assetCatalogue.length > 0 && { assetCatalogue }),
  };
};

/** The stack's own resources, from the function's environment (serverless.yml). */
function deployed(): Deployment {
  return {
    id: environment('DEPLOYMENT_ID'),
    stage: environment('STAGE'),
    bucket: environment('BUCKET_NAME'),
    nodeApiUrl: environment('NODE_API_URL'),
    nodeApiId: environment('NODE_API_ID'),
    permissionsBoundaryArn: environment('PERMISSIONS_BOUNDARY_ARN'),
    nodeVerbsDocument: environment('NODE_VERBS_DOCUMENT'),
    signingRoleArns: environment('SIGNING_ROLE_ARNS').split(','),
    keyPolicyRoleArn: environment('KEY_POLICY_ROLE_ARN'),
    keyDeletionRoleArns: environment('KEY_DELETION_ROLE_ARNS').split(','),
  };
}

function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: serverless.yml gives it to this function`);
  return value;
}
