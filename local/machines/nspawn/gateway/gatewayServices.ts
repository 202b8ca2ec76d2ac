import { readFile } from 'node:fs/promises';
import type { Clock } from '../../../clock/clock.ts';
import { Balancers } from './balancers.ts';
import { serveDns } from './dnsServer.ts';
import { createForwarder } from './forwarder.ts';
import {
  awsAddress,
  type EndpointCertificate,
  type GatewayConfiguration,
  metadataAddress,
  registryAddress,
  type TargetHealthChange,
} from './gatewayConfiguration.ts';
import { listenOn } from './listening.ts';
import { createRegistry } from './registry.ts';
import { Resolver } from './resolver.ts';
import { TargetHealth } from './targetHealth.ts';

/** Everything that a gateway serves in its VPC. */
export class GatewayServices {
  readonly #resolver = new Resolver();
  readonly #balancers: Balancers;
  readonly #dns = new Map<string, () => Promise<void>>();
  #configuration: GatewayConfiguration | undefined;

  constructor(clock: Clock, targetHealthChanged: (change: TargetHealthChange) => void) {
    this.#balancers = new Balancers(clock, new TargetHealth(clock, targetHealthChanged));
  }

  /** Opens what every VPC has: the metadata service, AWS's endpoints and the registry. */
  async start({ keyFile, certificateFile }: EndpointCertificate): Promise<void> {
    const [key, cert] = await Promise.all([readFile(keyFile), readFile(certificateFile)]);
    const requestSocket = () => this.#configuration?.requestSocket ?? '';
    const aws = { listener: 'aws', requestSocket } as const;
    await Promise.all([
      listenOn(createForwarder({ listener: 'metadata', requestSocket }), { host: metadataAddress, port: 80 }),
      listenOn(createForwarder(aws), { host: awsAddress, port: 80 }),
      listenOn(createForwarder({ ...aws, secure: { key, cert } }), { host: awsAddress, port: 443 }),
      listenOn(
        createRegistry(() => this.#configuration?.registryFolders ?? []),
        { host: registryAddress, port: 80 },
      ),
    ]);
  }

  /** Serves what is configured, and nothing else any more. */
  async configure(configuration: GatewayConfiguration): Promise<void> {
    this.#configuration = configuration;
    this.#resolver.configure(configuration.names);
    await this.#configureDns(configuration.dnsAddresses);
    await this.#balancers.configure(configuration.balancers);
  }

  async #configureDns(addresses: readonly string[]): Promise<void> {
    for (const [address, close] of this.#dns) {
      if (addresses.includes(address)) continue;
      this.#dns.delete(address);
      await close();
    }
    for (const address of addresses) {
      if (!this.#dns.has(address)) this.#dns.set(address, await serveDns(address, this.#resolver));
    }
  }
}
