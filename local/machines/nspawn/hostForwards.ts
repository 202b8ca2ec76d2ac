import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { NetworkPlan } from './network/networkPlan.ts';

/** Where programs of this host reach a balancer: its name, and a port of 127.0.0.1. */
export type Doors = Readonly<Record<string, number>>;

const fileIn = (folder: string): string => join(folder, 'doors.json');

/** The doors of a world. */
export function doorsIn(folder: string): Doors {
  return existsSync(fileIn(folder)) ? (JSON.parse(readFileSync(fileIn(folder), 'utf8')) as Doors) : {};
}

/** Keeps a port of 127.0.0.1 open for every balancer, and only for those that are there. */
export interface HostDoors {
  /** Ensures the doors of a VPC; `openWay` makes a Unix socket that leads into it. */
  keep(plan: NetworkPlan, openWay: (path: string, address: string, port: number) => Promise<void>): Promise<void>;
  close(): void;
}

export function createHostDoors(folder: string, socketFolder: string): HostDoors {
  const servers = new Map<string, { readonly vpcId: string; readonly server: Server }>();
  let doors: Doors = doorsIn(folder);

  function write(changed: Doors): void {
    doors = changed;
    writeFileSync(`${fileIn(folder)}.new`, JSON.stringify(doors));
    renameSync(`${fileIn(folder)}.new`, fileIn(folder));
  }

  return {
    async keep({ vpcId, balancers, names }, openWay) {
      for (const { arn, nodes, listeners } of balancers) {
        const [node] = nodes;
        const [listener] = listeners;
        const name = nameOf(names, node?.publicAddress ?? node?.address);
        if (!node || !listener || name === undefined || servers.has(name)) continue;
        const socket = join(socketFolder, vpcId, `${arn.split('/').at(-1)}.sock`);
        await openWay(socket, node.address, listener.port);
        const { server, port } = await listen(socket, doors[name]);
        servers.set(name, { vpcId, server });
        write({ ...doors, [name]: port });
      }
      for (const [name, { vpcId: of, server }] of servers) {
        if (of !== vpcId || name in names) continue;
        server.close();
        servers.delete(name);
        const { [name]: _closed, ...others } = doors;
        write(others);
      }
    },
    close() {
      for (const { server } of servers.values()) server.close();
    },
  };
}

/** The balancer's name is the one that stands for its node, at its public address where it has one. */
function nameOf(names: NetworkPlan['names'], address: string | undefined): string | undefined {
  return Object.entries(names).find(
    ([name, addresses]) => name.includes('.elb.') && addresses.includes(address ?? ''),
  )?.[0];
}

/** The port of earlier, so that kubeconfigs stay true, or any that is free. */
async function listen(socket: string, earlier: number | undefined): Promise<{ server: Server; port: number }> {
  const server = createServer((client) => {
    const way = connect(socket);
    const end = () => {
      client.destroy();
      way.destroy();
    };
    client.on('error', end).on('close', end);
    way.on('error', end).on('close', end);
    client.pipe(way).pipe(client);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && earlier !== undefined) server.listen(0, '127.0.0.1', opened);
      else reject(error);
    });
    const opened = () => resolve((server.address() as { port: number }).port);
    server.listen(earlier ?? 0, '127.0.0.1', opened);
  });
  return { server, port };
}
