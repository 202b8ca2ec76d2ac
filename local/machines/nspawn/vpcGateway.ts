import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Served } from '../../serve/answerRequest.ts';
import { serveEndpoints } from './endpoints.ts';
import { awsAddress, type EndpointCertificate, type TargetHealthChange } from './gateway/gatewayConfiguration.ts';
import { startGateway } from './gateway/startGateway.ts';
import type { HostDoors } from './hostForwards.ts';
import type { createMetadataService } from './metadata.ts';
import type { NetworkPlan } from './network/networkPlan.ts';

/** The gateway of a VPC with what it passes requests on to. */
export interface VpcGateway {
  configure(plan: NetworkPlan): Promise<void>;
  close(): Promise<void>;
}

export interface VpcGatewayOptions {
  readonly projectRoot: string;
  readonly served: Served;
  readonly metadata: ReturnType<typeof createMetadataService>;
  /** Of sockets; short, because the path of a socket may have 107 characters. */
  readonly socketFolder: string;
  readonly nodeApiMilliseconds: number;
  readonly registryFolders: readonly string[];
  readonly tls: EndpointCertificate;
  readonly doors: HostDoors;
}

/** Who hears of what happens at a gateway. */
export interface GatewayListeners {
  readonly onTargetHealth: (change: TargetHealthChange) => void;
  /** It ended by itself. */
  readonly onEnd: (why: Error) => void;
}

/** Opens the gateway of a VPC whose namespace is there. */
export async function openVpcGateway(
  { projectRoot, served, metadata, nodeApiMilliseconds, socketFolder, registryFolders, tls, doors }: VpcGatewayOptions,
  { vpcId, namespace }: NetworkPlan,
  { onTargetHealth, onEnd }: GatewayListeners,
): Promise<VpcGateway> {
  const folder = join(socketFolder, vpcId);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const requestSocket = join(folder, 'requests.sock');
  const server = await serveEndpoints({ served, metadata, vpcId, nodeApiMilliseconds }, requestSocket);
  const gateway = await startGateway({ projectRoot, namespace, socketFolder: folder, onTargetHealth, onEnd, tls });
  return {
    async configure(plan) {
      const { names, dnsAddresses, balancers } = plan;
      const everything = { '*.amazonaws.com': [awsAddress], ...names };
      await gateway.configure({ names: everything, dnsAddresses, requestSocket, registryFolders, balancers });
      await doors.keep(plan, (path, address, port) => gateway.openDoor(path, address, port));
    },
    async close() {
      await gateway.close();
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
