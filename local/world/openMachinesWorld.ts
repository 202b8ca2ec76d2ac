import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createRealClock } from '../clock/realClock.ts';
import { readCatalogue } from '../machines/assets/catalogue.ts';
import { fetchBuilt } from '../machines/assets/fetchBuilt.ts';
import { writeTrustingImages } from '../machines/assets/images/trustingImages.ts';
import { endpointCertificateIn } from '../machines/nspawn/endpointCertificate.ts';
import { createHostDoors } from '../machines/nspawn/hostForwards.ts';
import type { MachineHost } from '../machines/nspawn/machine/host.ts';
import { createMetadataService } from '../machines/nspawn/metadata.ts';
import { createNetworkKeeper, type NetworkKeeper } from '../machines/nspawn/networkKeeper.ts';
import { createRealMachines, type RealMachines } from '../machines/nspawn/realMachines.ts';
import { openVpcGateway } from '../machines/nspawn/vpcGateway.ts';
import { accessKeyIn } from '../serve/accessKey.ts';
import { countedRequestIds } from '../serve/serveWorld.ts';
import type { EmbeddedWorld } from './createWorld.ts';
import type { MachineSources } from './machineSources.ts';
import { machinesPace } from './machinesPace.ts';
import { type OpenedWorld, type OpenWorldOptions, openWorld } from './openWorld.ts';

/** The only region of the model. */
const region = 'us-east-1';

/** A world whose instances are machines of this host. */
export interface MachinesWorld extends OpenedWorld {
  readonly host: MachineHost;
  readonly network: NetworkKeeper;
  readonly machines: RealMachines;
}

/**
 * Opens a world whose instances are machines of this host, on this host's own time: AWS answers at once in it, or takes what it
 * takes at the median, as its sources say; machines take what they take. Machines that ran when its last process died run on and are found again.
 */
export async function openMachinesWorld(
  options: Omit<OpenWorldOptions, 'clock' | 'speed' | 'delays' | 'machines' | 'assets' | 'changed'>,
  sources: MachineSources,
  failed: (what: string, error: unknown) => void,
): Promise<MachinesWorld> {
  const folder = resolve(options.folder);
  const worldId = worldIdOf(folder);
  const { baseImage, layers } = sources;
  const pace = machinesPace(sources.pace);
  const host: MachineHost = { worldId, folder: join(folder, 'machines'), baseImage, layers };
  // Short: the path of a socket may have 107 characters.
  const socketFolder = join('/run', `kubestep-${worldId}`);
  const doors = createHostDoors(folder, socketFolder);
  const tls = endpointCertificateIn(join(folder, 'endpoints'), region);
  const images = join(sources.assets, 'images');
  const trustingImages = join(folder, 'images');
  await writeTrustingImages(trustingImages, { images, authority: tls.authority });
  const registryFolders = [trustingImages, images];
  const parts: {
    embedded?: EmbeddedWorld;
    machines?: RealMachines;
    metadata?: ReturnType<typeof createMetadataService>;
  } = {};
  const embedded = (): EmbeddedWorld => {
    if (!parts.embedded) throw new Error('the world is not put together yet');
    return parts.embedded;
  };

  const network = createNetworkKeeper({
    world: () => embedded().world,
    worldId,
    failed,
    openGateway: (plan, listeners) => {
      parts.metadata ??= createMetadataService(embedded().world);
      const served = { embedded: embedded(), key: accessKeyIn(folder), newRequestId: countedRequestIds() };
      const { metadata } = parts;
      const { nodeApiMilliseconds } = pace;
      const { projectRoot } = options;
      return openVpcGateway(
        { projectRoot, served, metadata, nodeApiMilliseconds, socketFolder, registryFolders, tls, doors },
        plan,
        listeners,
      );
    },
  });

  const opened = await openWorld({
    ...options,
    folder,
    clock: createRealClock,
    delays: pace.delays,
    assets: { catalogue: await readCatalogue(sources.assets), fetch: fetchBuilt(sources.assets) },
    machines: ({ cloud }) => {
      parts.machines = createRealMachines({
        world: () => cloud().world,
        host,
        network,
        authority: tls.authority,
        startsLateBy: (instanceId) => pace.startsLateBy(cloud().world, instanceId),
        failed,
      });
      return parts.machines;
    },
    changed(changes) {
      network.changed(changes);
      for (const [table, volumeId, row] of changes)
        if (table === 'ec2.volumes' && row === undefined) parts.machines?.removeVolume(volumeId);
    },
  });
  parts.embedded = opened;
  const { machines } = parts;
  if (!machines) throw new Error('the world was opened without its machines');
  await network.begin();
  await machines.adopt();
  return {
    ...opened,
    host,
    network,
    machines,
    async close() {
      doors.close();
      await network.close();
      rmSync(socketFolder, { recursive: true, force: true });
      await opened.close();
    },
  };
}

/** What distinguishes the namespaces, groups and mounts of this world from those of another. */
export function worldIdOf(folder: string): string {
  return createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 8);
}
