import type { CallObserver } from '../../local/cloud/cloud.ts';
import { capacityFaults, zoneFaults } from '../../local/cloud/ec2/capacityFaults.ts';
import { loseZone, restoreZone } from '../../local/cloud/ec2/zoneOutages.ts';
import { AwsError } from '../../local/cloud/errors.ts';
import { disturbDelivery } from '../../local/cloud/eventBridge/delivery.ts';
import { seededRandom } from '../../local/cloud/random.ts';
import { connectionReset, serviceFailure } from '../../local/cloud/serviceFailures.ts';
import type { FunctionFaults } from '../../local/deployment/functionRuntime.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { type StrokeCounter, strokeCounter } from './faultCounts.ts';
import type { FaultSchedule } from './schedule.ts';

/** What carries a schedule out. It outlives the accounts whose processes are killed. */
export interface Disturbance extends StrokeCounter {
  readonly faults: FunctionFaults;
  readonly observer: CallObserver;
  /** Makes the account the one that is disturbed, from the schedule's beginning at `startedAt` on. */
  trouble(account: TestAccount, startedAt: number): void;
}

/** Faults strike by the schedule's own chance, never by the world's: a fault more does not change which ids are drawn. */
export function disturbanceOf(schedule: FaultSchedule): Disturbance {
  const random = seededRandom(schedule.chance ^ 0x5eed);
  const counter = strokeCounter();
  const live: { account?: TestAccount; startedAt: number } = { startedAt: 0 };

  const seconds = () => ((live.account?.clock.now() ?? 0) - live.startedAt) / 1000;
  const isTroubled = () => live.account !== undefined && seconds() < schedule.calmAfter;
  const strikes = (kind: string, chance: number): boolean => {
    if (!isTroubled() || random.next() >= chance) return false;
    counter.count(kind);
    return true;
  };

  const called = new Set<string>();
  const isBroken = (functionName: string): boolean => {
    called.add(functionName);
    return schedule.abandoned?.by === 'failure' && [...called][schedule.abandoned.brokenFunction - 1] === functionName;
  };

  /** A request without effect: the service has failed, or the connection. */
  const failed = (service: string): Error =>
    random.next() < 0.5 ? serviceFailure(service, random.next()) : connectionReset();

  return {
    ...counter,
    faults: {
      strike({ functionName }) {
        if (isBroken(functionName)) {
          counter.count('broken function');
          return 'die';
        }
        if (strikes('death', schedule.calls.die / 4)) return 'die';
        if (strikes('death that ends the run', schedule.calls.die / 4)) return 'outOfMemory';
        return strikes('hang', schedule.calls.hang / 2) ? 'hang' : undefined;
      },
    },
    observer: {
      before({ principal, service }) {
        if (principal.kind !== 'role') return;
        const now = seconds();
        const throttle = schedule.throttles.find((one) => one.service === service && one.from <= now && now < one.to);
        if (throttle && strikes('throttle', throttle.share)) throw throttled(live.account, service);
        if (strikes('lost request', schedule.calls.lostRequest)) throw failed(service);
      },
      after({ principal }) {
        if (principal.kind === 'role' && strikes('lost answer', schedule.calls.lostAnswer)) throw connectionReset();
      },
    },
    trouble(account, startedAt) {
      live.account = account;
      live.startedAt = startedAt;
      troubleZones(account, schedule, startedAt, counter);
      const { late, doubled, lost, latestSeconds } = schedule.events;
      disturbDelivery(account.world, () => {
        if (strikes('lost event', lost)) return [];
        const once = strikes('late event', late) ? random.next() * latestSeconds * 1000 : 500;
        return strikes('doubled event', doubled) ? [once, once + random.next() * 60_000] : [once];
      });
    },
  };
}

/** Plans the beginning and the end of every outage; what began before the account was forked has its rows already. */
function troubleZones(account: TestAccount, schedule: FaultSchedule, startedAt: number, counter: StrokeCounter) {
  const { clock, world } = account;
  const at = (second: number, act: () => void) => void clock.at(Math.max(clock.now(), startedAt + second * 1000), act);
  const isAhead = (second: number) => startedAt + second * 1000 > clock.now();

  for (const { zone, from, to } of schedule.withoutCapacity) {
    if (isAhead(from)) at(from, () => capacityFaults(world).put(`${zone}/*`, { remaining: 0 }));
    at(to, () => capacityFaults(world).delete(`${zone}/*`));
  }
  for (const { zone, from, to } of schedule.lostZones) {
    const lose = () => {
      counter.count('lost zone');
      loseZone(world, zone);
    };
    if (isAhead(from)) at(from, lose);
    at(to, () => zoneFaults(world).has(zone) && restoreZone(world, zone));
  }
}

/** The service's own word for too many requests. */
function throttled(account: TestAccount | undefined, service: string): AwsError {
  const code = account?.services.find(({ name }) => name === service)?.errors.throttled ?? 'ThrottlingException';
  return new AwsError(code, 'Rate exceeded', 400);
}
