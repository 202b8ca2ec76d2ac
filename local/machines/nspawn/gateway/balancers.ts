import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../../clock/clock.ts';
import type {
  BalancerConfiguration,
  BalancerListener,
  BalancerNode,
  Target,
  TargetGroupConfiguration,
} from './gatewayConfiguration.ts';
import { closeServer, listenOn } from './listening.ts';
import { pair } from './pairedConnections.ts';
import { StandingConnections } from './standingConnections.ts';
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

/**
 * A client that is sent to itself under its own address gets packets that seem to come from itself, and never an answer
 * (source: NLB user guide, "Troubleshoot", connections time out for requests from a target to its load balancer).
 */
function isOwnAddress(client: Socket, { address }: Target, { connections }: TargetGroupConfiguration): boolean {
  return connections.preserveClientAddress && client.remoteAddress?.replace(/^::ffff:/, '') === address;
}

/** The network load balancers of a VPC: TCP, from each node's address. */
export class Balancers {
  readonly #clock: Clock;
  readonly #health: TargetHealth;
  readonly #entrances = new Map<string, Entrance>();
  readonly #standing: StandingConnections;
  #groups: ReadonlyMap<string, TargetGroupConfiguration> = new Map();

  constructor(clock: Clock, health: TargetHealth) {
    this.#clock = clock;
    this.#health = health;
    this.#standing = new StandingConnections(clock);
    health.onVerdict(() => this.#review());
  }

  /** Connections of listeners that are gone continue; those of targets end as their group's attributes say. */
  async configure(balancers: readonly BalancerConfiguration[]): Promise<void> {
    this.#health.configure(balancers);
    this.#groups = new Map(
      balancers.flatMap(({ listeners }) => listeners.map(({ group }) => [group.arn, group] as const)),
    );
    this.#review();
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
    const { node, listener } = entrance;
    for (const target of this.#candidates(entrance)) {
      if (isOwnAddress(client, target, listener.group)) return;
      const connection = await this.#reach(target, node.address);
      if (!connection) continue;
      if (client.destroyed) connection.destroy();
      else {
        pair(client, connection);
        this.#standing.add({ groupArn: listener.group.arn, node, target, client, connection });
      }
      return;
    }
    client.resetAndDestroy();
  }

  #review(): void {
    this.#standing.review(({ groupArn, node, target }) => {
      const group = this.#groups.get(groupArn);
      if (!group) return undefined;
      const served = servedTargets(group, node.zone);
      const settings = group.connections;
      if (!served.some(({ address, port }) => address === target.address && port === target.port)) {
        return { because: 'deregistered', settings };
      }
      const isUnhealthy = (each: Target) => this.#health.isHealthy(node.address, group, each) === false;
      // A balancer whose targets are all unhealthy fails open, and resets nothing.
      return isUnhealthy(target) && !served.every(isUnhealthy) ? { because: 'unhealthy', settings } : undefined;
    });
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
