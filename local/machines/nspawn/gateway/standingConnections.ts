import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../../clock/clock.ts';
import type { ConnectionAttributes } from '../../../cloud/elasticLoadBalancing/targetGroupAttributes.ts';
import type { BalancerNode, Target } from './gatewayConfiguration.ts';

/** A connection through a node to a target of a group. */
interface StandingConnection {
  readonly groupArn: string;
  readonly node: BalancerNode;
  readonly target: Target;
  readonly client: Socket;
  readonly connection: Socket;
  /** When it is reset, if nothing changes until then. */
  end?: { readonly because: Ending; readonly timer: Timer };
}

/** Why a target's connections end: it is not well, or not a target any more. */
export type Ending = 'unhealthy' | 'deregistered';

/** A target as the node of a connection sees it now; undefined while nothing is wrong with it. */
export type FindEnding = (standing: {
  readonly groupArn: string;
  readonly node: BalancerNode;
  readonly target: Target;
}) => { readonly because: Ending; readonly settings: ConnectionAttributes } | undefined;

/** Connections that were admitted, each until its target's group says that it ends (source: NLB user guide, "Target group health"). */
export class StandingConnections {
  readonly #clock: Clock;
  readonly #standing = new Set<StandingConnection>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(standing: Omit<StandingConnection, 'end'>): void {
    const kept: StandingConnection = { ...standing };
    this.#standing.add(kept);
    standing.client.once('close', () => this.#forget(kept));
  }

  /** Begins, keeps or calls off the end of each connection, as its target is now. */
  review(findEnding: FindEnding): void {
    for (const standing of this.#standing) {
      const found = findEnding(standing);
      if (found?.because === standing.end?.because) continue;
      standing.end?.timer.cancel();
      delete standing.end;
      if (!found) continue;
      const seconds =
        found.because === 'unhealthy' ? found.settings.unhealthySeconds : found.settings.deregisteredSeconds;
      if (seconds === undefined) continue;
      const timer = this.#clock.at(this.#clock.now() + seconds * 1000, () => this.#reset(standing));
      standing.end = { because: found.because, timer };
    }
  }

  #reset(standing: StandingConnection): void {
    this.#forget(standing);
    standing.client.resetAndDestroy();
    standing.connection.resetAndDestroy();
  }

  #forget(standing: StandingConnection): void {
    standing.end?.timer.cancel();
    this.#standing.delete(standing);
  }
}
