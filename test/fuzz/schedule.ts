import { type Random, seededRandom } from '../../local/cloud/random.ts';

/** What is done to the cluster. */
export type Operation = 'create' | 'delete' | 'reconfigure';

/** What goes wrong in one run, as plain data: the same seed gives the same schedule. Times are seconds after its beginning. */
export interface FaultSchedule {
  readonly operation: Operation;
  readonly seed: number;
  /** What its own chances are drawn from: every schedule has another. */
  readonly chance: number;
  /** After this nothing goes wrong any more, so that whatever is resumed must come to its end. */
  readonly calmAfter: number;
  /** Chances at each call of a function. */
  readonly calls: CallFaults;
  /** In these times AWS throttles a part of the calls to one service. */
  readonly throttles: readonly (Span & { readonly service: string; readonly share: number })[];
  /** EC2 has no room for new machines in a zone. */
  readonly withoutCapacity: readonly (Span & { readonly zone: string })[];
  readonly lostZones: readonly (Span & { readonly zone: string })[];
  /** Chances of each delivery of an event, and how late a late one comes. */
  readonly events: {
    readonly late: number;
    readonly doubled: number;
    readonly lost: number;
    readonly latestSeconds: number;
  };
  /** When the process of the world is killed, and a new one continues from what is on disk. */
  readonly kills: readonly Kill[];
  /** A creation that nobody brings to its end: the cluster is deleted as it is. */
  readonly abandoned: Abandonment | undefined;
}

/** A death of the process in which the world lives. */
export interface Kill {
  readonly second: number;
  /** Which of the records of the next seconds is the last on disk: 0 the first of them, 1 the last. */
  readonly share: number;
  /** How much of the record after it is on disk too, torn off. */
  readonly tornShare: number;
  /** Whether a process really dies by SIGKILL; else the journal is cut, which costs a hundredth. */
  readonly isReal: boolean;
}

/** How a creation ends before its end. */
export type Abandonment =
  /** Somebody stops its run. */
  | { readonly by: 'stop'; readonly second: number }
  /** The function that is called as the so-manieth dies whenever it is called. */
  | { readonly by: 'failure'; readonly brokenFunction: number };

/** Chances at each call of a function to AWS. */
export interface CallFaults {
  /** The function's process dies, half of them before the call and half of them after, and half of both so that no state retries it. */
  readonly die: number;
  readonly hang: number;
  /** The request never takes effect: its connection breaks, or the service says that it has failed. */
  readonly lostRequest: number;
  /** It does, and its answer is lost. */
  readonly lostAnswer: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const services = ['ec2', 'iam', 'kms', 'dynamodb', 'elasticloadbalancing', 'autoscaling', 's3', 'ssm', 'states'];

/** A calm creation lasts five minutes, a deletion four: this is where faults meet something. */
const busySeconds = 420;

/** Far from the chances of the other two operations of any seed. */
const reconfigureChances = 0x70000000;

/** The faults of one operation. Each kind is left out of about half of the schedules, so that each also meets the others alone. */
export function scheduleOf(operation: Operation, seed: number): FaultSchedule {
  // Seeds that have found something keep the chances of what they were found with.
  const own = operation === 'reconfigure' ? reconfigureChances + seed : 2 * seed + (operation === 'create' ? 0 : 1);
  const random = seededRandom(own);
  const sometimes = <Value>(make: () => Value, otherwise: Value): Value => (random.next() < 0.5 ? make() : otherwise);
  const chance = (most: number) => sometimes(() => random.next() * most, 0);
  const span = (longest: number): Span => {
    const from = Math.floor(random.next() * busySeconds);
    return { from, to: from + 10 + Math.floor(random.next() * longest) };
  };
  return {
    operation,
    seed,
    chance: own,
    calmAfter: 1800,
    calls: { die: chance(0.01), hang: chance(0.002), lostRequest: chance(0.02), lostAnswer: chance(0.02) },
    throttles: sometimes(
      () => several(random, 3, () => ({ ...span(120), service: oneOf(random, services), share: random.next() })),
      [],
    ),
    withoutCapacity: sometimes(() => several(random, 2, () => ({ ...span(600), zone: oneOf(random, zones) })), []),
    lostZones: random.next() < 0.25 ? [{ ...span(600), zone: oneOf(random, zones) }] : [],
    events: { late: chance(0.5), doubled: chance(0.3), lost: chance(0.1), latestSeconds: 120 },
    kills: sometimes(() => several(random, 2, () => killOf(random)), []).sort(
      (one, other) => one.second - other.second,
    ),
    abandoned: operation === 'create' && random.next() < 0.25 ? abandonmentOf(random) : undefined,
  };
}

const killOf = (random: Random): Kill => ({
  second: Math.floor(random.next() * busySeconds),
  share: random.next(),
  tornShare: random.next(),
  isReal: random.next() < 0.04,
});

/** A calm creation calls about sixty functions; the first of them takes the request. */
const calledFunctions = 50;

const abandonmentOf = (random: Random): Abandonment =>
  random.next() < 0.5
    ? { by: 'stop', second: Math.floor(random.next() * busySeconds) }
    : { by: 'failure', brokenFunction: 2 + Math.floor(random.next() * calledFunctions) };

/** Whether machines may end up elsewhere than in a calm run. */
export const movesMachines = ({ withoutCapacity, lostZones }: FaultSchedule): boolean =>
  withoutCapacity.length + lostZones.length > 0;

const oneOf = (random: Random, values: readonly string[]): string =>
  values[Math.floor(random.next() * values.length)] ?? '';

const several = <Value>(random: Random, most: number, make: () => Value): Value[] =>
  Array.from({ length: 1 + Math.floor(random.next() * most) }, make);
