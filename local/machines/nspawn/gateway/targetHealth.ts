import type { Clock, Timer } from '../../../clock/clock.ts';
import type {
  BalancerConfiguration,
  Target,
  TargetGroupConfiguration,
  TargetHealthChange,
} from './gatewayConfiguration.ts';
import { checkTarget } from './healthCheck.ts';
import { afterCheck, type Streak } from './healthStreak.ts';

/** One target as one node of a balancer sees it. */
interface Probe {
  readonly nodeAddress: string;
  group: TargetGroupConfiguration;
  readonly target: Target;
  timer?: Timer;
  streak?: Streak;
}

/** The nodes of every balancer check the targets that they serve, each for itself, as in AWS. */
export class TargetHealth {
  readonly #clock: Clock;
  readonly #changed: (change: TargetHealthChange) => void;
  readonly #check: typeof checkTarget;
  readonly #probes = new Map<string, Probe>();
  /** What was reported last, by group and target. */
  readonly #reported = new Map<string, boolean>();
  #verdictChanged: () => void = () => {};

  constructor(clock: Clock, changed: (change: TargetHealthChange) => void, check: typeof checkTarget = checkTarget) {
    this.#clock = clock;
    this.#changed = changed;
    this.#check = check;
  }

  /** Calls back whenever a node has found a target healthy or unhealthy that was not so before. */
  onVerdict(verdictChanged: () => void): void {
    this.#verdictChanged = verdictChanged;
  }

  /** Starts checks of what is new at once, ends those of what is gone; the others continue. */
  configure(balancers: readonly BalancerConfiguration[]): void {
    const wanted = new Map(probesOf(balancers).map((probe) => [probeKey(probe), probe]));
    for (const [key, probe] of this.#probes) if (!wanted.has(key)) this.#end(key, probe);
    for (const [key, probe] of wanted) {
      const present = this.#probes.get(key);
      if (present) present.group = probe.group;
      else this.#begin(key, probe);
    }
  }

  /** Whether a node found the target healthy; undefined while it does not know. */
  isHealthy(nodeAddress: string, group: TargetGroupConfiguration, target: Target): boolean | undefined {
    return this.#probes.get(probeKey({ nodeAddress, group, target }))?.streak?.healthy;
  }

  #begin(key: string, probe: Probe): void {
    this.#probes.set(key, probe);
    void this.#run(key, probe);
  }

  #end(key: string, probe: Probe): void {
    this.#probes.delete(key);
    probe.timer?.cancel();
    const isStillProbed = [...this.#probes.values()].some((other) => targetKey(other) === targetKey(probe));
    if (isStillProbed) this.#report(probe);
    else this.#forget(probe);
  }

  /** Registered again, a target is reported again. */
  #forget(probe: Probe): void {
    const wasServing = this.#reported.get(targetKey(probe));
    this.#reported.delete(targetKey(probe));
    if (wasServing) this.#changed({ ...namedBy(probe), serving: false, since: this.#clock.now() });
  }

  async #run(key: string, probe: Probe): Promise<void> {
    const startedAt = this.#clock.now();
    const { nodeAddress, target, group } = probe;
    const passed = await this.#check(this.#clock, { check: group.healthCheck, target, nodeAddress });
    if (this.#probes.get(key) !== probe) return;
    const before = probe.streak?.healthy;
    probe.streak = afterCheck(probe.streak, { passed, at: this.#clock.now(), thresholds: probe.group.healthCheck });
    this.#report(probe);
    if (probe.streak.healthy !== before) this.#verdictChanged();
    const next = startedAt + probe.group.healthCheck.intervalSeconds * 1000;
    probe.timer = this.#clock.at(Math.max(next, this.#clock.now()), () => void this.#run(key, probe));
  }

  /** A target serves as long as it does for any node. */
  #report(probe: Probe): void {
    const key = targetKey(probe);
    const streaks = [...this.#probes.values()].flatMap((other) =>
      targetKey(other) === key && other.streak ? [other.streak] : [],
    );
    const passing = streaks.filter(({ passed, healthy }) => passed || healthy === true);
    const failing = streaks.filter(({ healthy }) => healthy === false);
    const serving = passing.length > 0;
    if (this.#reported.get(key) === serving || (!serving && failing.length === 0)) return;
    this.#reported.set(key, serving);
    const since = Math.min(...(serving ? passing : failing).map((streak) => streak.since));
    this.#changed({ ...namedBy(probe), serving, since });
  }
}

const namedBy = ({ group, target: { address, port } }: Probe) => ({ targetGroupArn: group.arn, address, port });

const targetKey = ({ group, target }: Probe): string => `${group.arn} ${target.address}:${target.port}`;

const probeKey = ({ nodeAddress, group, target }: Pick<Probe, 'nodeAddress' | 'group' | 'target'>): string =>
  `${nodeAddress} ${group.arn} ${target.address}:${target.port}`;

function probesOf(balancers: readonly BalancerConfiguration[]): Probe[] {
  return balancers.flatMap(({ nodes, listeners }) =>
    nodes.flatMap((node) =>
      listeners.flatMap(({ group }) =>
        servedTargets(group, node.zone).map((target) => ({ nodeAddress: node.address, group, target })),
      ),
    ),
  );
}

/** Without cross-zone balancing a node serves the targets of its own zone only. */
export function servedTargets({ crossZone, targets }: TargetGroupConfiguration, zone: string): readonly Target[] {
  return targets.filter((target) => crossZone || target.zone === undefined || target.zone === zone);
}
