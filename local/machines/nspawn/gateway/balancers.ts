import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../../clock/clock.ts';
import type { BalancerConfiguration, BalancerListener, BalancerNode, Target } from './gatewayConfiguration.ts';
import { closeServer, listenOn } from './listening.ts';
import { pair } from './pairedConnections.ts';
import { servedTargets, type TargetHealth } from './targetHealth.ts';

/** How long a target may take to accept: after two lost packets the next one is tried. */
const connectMilliseconds = 5_000;

/** A listener of one node at one of its addresses, with what it forwards to now. */
interface WantedEntrance {
  readonly address: string;
  readonly node: BalancerNode;
  readonly listener: BalancerListener;
}

interface Entrance extends WantedEntrance {
  readonly server: Server;
  turn: number;
}

function entrancesOf(balancers: readonly BalancerConfiguration[]): WantedEntrance[] {
  return balancers.flatMap(({ nodes, listeners }) =>
    nodes.flatMap((node) =>
      [node.address, ...(node.publicAddress === undefined ? [] : [node.publicAddress])].flatMap((address) =>
        listeners.map((listener) => ({ address, node, listener })),
      ),
    ),
  );
}

const keyOf = ({ address, listener }: WantedEntrance): string => `${address}:${listener.port}`;

/** The network load balancers of a VPC: TCP, from each node's address. */
export class Balancers {
  readonly #clock: Clock;
  readonly #health: TargetHealth;
  readonly #entrances = new Map<string, Entrance>();

  constructor(clock: Clock, health: TargetHealth) {
    this.#clock = clock;
    this.#health = health;
  }

  /** Connections that stand go on, also those of listeners and targets that are gone. */
  async configure(balancers: readonly BalancerConfiguration[]): Promise<void> {
    this.#health.configure(balancers);
    const wanted = new Map(entrancesOf(balancers).map((entrance) => [keyOf(entrance), entrance]));
    for (const [key, { server }] of this.#entrances) {
      if (wanted.has(key)) continue;
      this.#entrances.delete(key);
      await closeServer(server);
    }
    for (const [key, entrance] of wanted) {
      const present = this.#entrances.get(key);
      if (present) Object.assign(present, entrance);
      else await this.#open(entrance);
    }
  }

  async #open(wanted: WantedEntrance): Promise<void> {
    const options = { allowHalfOpen: true, pauseOnConnect: true };
    const server = createServer(options, (client) => void this.#admit(client, entrance));
    const entrance: Entrance = { ...wanted, server, turn: 0 };
    await listenOn(server, { host: wanted.address, port: wanted.listener.port });
    this.#entrances.set(keyOf(wanted), entrance);
  }

  async #admit(client: Socket, entrance: Entrance): Promise<void> {
    client.on('error', () => client.destroy());
    const { node } = entrance;
    for (const target of this.#candidates(entrance)) {
      const connection = await this.#reach(target, node.address);
      if (!connection) continue;
      if (client.destroyed) connection.destroy();
      else pair(client, connection);
      return;
    }
    client.resetAndDestroy();
  }

  /** Healthy targets in turn; when no target is healthy, all of them (source: NLB user guide, "Health checks": it fails open). */
  #candidates(entrance: Entrance): readonly Target[] {
    const { node, listener } = entrance;
    const served = servedTargets(listener.group, node.zone);
    const healthy = served.filter((target) => this.#health.isHealthy(node.address, listener.group, target));
    const eligible = healthy.length > 0 ? healthy : served;
    const first = entrance.turn % Math.max(1, eligible.length);
    entrance.turn += 1;
    return [...eligible.slice(first), ...eligible.slice(0, first)];
  }

  #reach({ address, port }: Target, localAddress: string): Promise<Socket | undefined> {
    return new Promise((resolve) => {
      const connection = connect({ host: address, port, localAddress, allowHalfOpen: true });
      const giveUp = () => {
        connection.destroy();
        resolve(undefined);
      };
      const timer = this.#clock.at(this.#clock.now() + connectMilliseconds, giveUp);
      connection.once('error', () => {
        timer.cancel();
        giveUp();
      });
      connection.once('connect', () => {
        timer.cancel();
        resolve(connection);
      });
    });
  }
}
