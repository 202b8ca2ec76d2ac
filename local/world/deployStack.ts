import type { Asset } from '../../shared/releases/sources.ts';
import { writeAssetCatalogue } from '../../shared/store/assetCatalogue.ts';
import { sleep } from '../clock/clock.ts';
import { type Cloud, createCloud } from '../cloud/cloud.ts';
import { noDelays } from '../cloud/delays.ts';
import { callAs } from '../cloud/sdk.ts';
import { appliedQuotas } from '../cloud/serviceQuotas/quotas.ts';
import type { World } from '../cloud/world.ts';
import { administratorOf } from '../deployment/administrator.ts';
import { connectClients } from '../deployment/clients.ts';
import { deploy } from '../deployment/deploy.ts';
import { deployers } from '../deployment/deployers/all.ts';
import { connectEnvironment } from '../deployment/environment.ts';
import { fetchStandIn, standInCatalogue } from '../deployment/standInAssets.ts';
import type { Template } from '../deployment/template.ts';
import type { EmbeddedWorld } from './createWorld.ts';

/** What an account that runs clusters has been granted; AWS's defaults for a new account would not hold one. */
const grantedQuotas: Readonly<Record<string, number>> = {
  'L-1216C47A': 20_000, // On-Demand vCPUs
  'L-34B43A08': 20_000, // Spot vCPUs
  'L-0263D0A3': 50, // Elastic IPs
  'L-F678F1CE': 50, // VPCs
  'L-A4707A72': 50, // internet gateways
  'L-DF5E4CA3': 20_000, // network interfaces
  'L-7A658B76': 500, // TiB of gp3
};

/** New roles and policies count only after a while (delays.ts, policyEffective). */
const policiesInForceMilliseconds = 10_000;

/** The files that machines of a world are made of, and who answers their sources. */
export interface AssetSource {
  readonly catalogue: readonly Asset[];
  readonly fetch: (url: string) => Promise<Response>;
}

/** For machines of the model, which run no binaries. */
export const standIns = (): AssetSource => ({ catalogue: standInCatalogue(), fetch: fetchStandIn });

/** Turns the product's code in this process to worlds of the model that hold this stack. */
export function connectStack(template: Template, region: string, assets: AssetSource): void {
  connectClients();
  connectEnvironment(assets.fetch);
  const table = tableNameIn(template);
  process.env.TABLE_NAME = table;
  process.env.DEPLOYMENT_ID = `${table}-${region}`;
}

/** Deploys the packaged stack into the world, at once: what CloudFormation takes minutes for is not what is watched here. */
export async function deployStack(
  embedded: EmbeddedWorld,
  template: Template,
  assets: AssetSource = standIns(),
): Promise<void> {
  const { world } = embedded;
  connectStack(template, world.region, assets);
  for (const [code, value] of Object.entries(grantedQuotas)) appliedQuotas(world).put(code, value);
  const cloud = immediateCloud(embedded);
  await deploy(template, cloud, deployers);
  await callAs({ cloud, principal: administratorOf(world) }, () => writeAssetCatalogue(assets.catalogue));
  await sleep(world.clock, policiesInForceMilliseconds);
  await world.tables.commit();
}

function immediateCloud({ world, services }: EmbeddedWorld): Cloud {
  const immediate: World = { ...world, delays: noDelays };
  return createCloud(
    immediate,
    services.map((service) => ({ ...service, latencyOf: () => 0 })),
  );
}

function tableNameIn(template: Template): string {
  const table = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::DynamoDB::Table');
  return String(table?.Properties?.TableName);
}
