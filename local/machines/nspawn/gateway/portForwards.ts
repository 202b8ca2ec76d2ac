import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { closeServer, listenOn } from './listening.ts';
import { pair } from './pairedConnections.ts';

/** Doors from the host into the VPC: unix sockets that lead to an address and a port. */
export class Doors {
  readonly #servers = new Map<string, Server>();

  async open(path: string, address: string, port: number): Promise<void> {
    await this.close(path);
    await rm(path, { force: true });
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      pair(client, connect({ host: address, port, allowHalfOpen: true }));
    });
    await listenOn(server, { path });
    this.#servers.set(path, server);
  }

  /** No new connection enters; open ones continue. */
  async close(path: string): Promise<void> {
    const server = this.#servers.get(path);
    if (!server) return;
    this.#servers.delete(path);
    await closeServer(server);
  }
}
