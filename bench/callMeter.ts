import type { CallObserver, CloudCall } from '../local/cloud/cloud.ts';
import type { RequestBucket, Service } from '../local/cloud/operation.ts';
import type { FunctionFaults } from '../local/deployment/functionRuntime.ts';

/** How often an action was called, and how that compares with the bucket that it draws from. */
export interface ActionFigures {
  /** `ec2:DescribeInstances` */
  readonly action: string;
  readonly calls: number;
  /** Calls that the empty bucket refused; the caller tried again later. */
  readonly throttled: number;
  readonly maxInOneSecond: number;
  readonly bucket: RequestBucket | undefined;
}

/** Calls by the second in which they were made. */
interface Counter {
  calls: number;
  throttled: number;
  readonly bySecond: Map<number, number>;
}

/** Counts what a run asks of AWS and what its machines ask of the Node API. */
export interface CallMeter {
  readonly observer: CallObserver;
  /** Watches the functions of the Node API; strikes nothing. */
  readonly faults: FunctionFaults;
  /** Most called first. `services` have the buckets. */
  actions(services: readonly Service[]): ActionFigures[];
  readonly nodeApi: () => { readonly requests: number; readonly maxInOneSecond: number };
}

const nodeApiFunction = /-(getBundle|getEtcd|postCertificates|postReport|postPodRange)$/;

/** `now` returns the world's time; it is called late, because the meter is there before the world. */
export function callMeter(now: () => number): CallMeter {
  const counters = new Map<string, Counter>();
  const nodeApi = newCounter();

  const counterOf = ({ service, operation }: CloudCall): Counter => {
    const action = `${service}:${operation}`;
    const counter = counters.get(action) ?? newCounter();
    counters.set(action, counter);
    return counter;
  };

  return {
    observer: {
      before(call) {
        // What AWS's own services do draws from no bucket of the account.
        if (call.principal.kind !== 'service') count(counterOf(call), now());
      },
      throttled(call) {
        counterOf(call).throttled += 1;
      },
    },
    faults: {
      strike({ functionName, side, index }) {
        // Every function of the Node API begins by asking who calls, so its first call is its invocation.
        if (side === 'before' && index === 0 && nodeApiFunction.test(functionName)) count(nodeApi, now());
        return undefined;
      },
    },
    actions: (services) =>
      [...counters]
        .map(([action, { calls, throttled, bySecond }]) => {
          const bucket = bucketOf(services, action);
          return { action, calls, throttled, maxInOneSecond: maxOf(bySecond), bucket };
        })
        .sort((one, other) => other.calls - one.calls),
    nodeApi: () => ({ requests: nodeApi.calls, maxInOneSecond: maxOf(nodeApi.bySecond) }),
  };
}

const newCounter = (): Counter => ({ calls: 0, throttled: 0, bySecond: new Map() });

function count(counter: Counter, at: number): void {
  const second = Math.floor(at / 1000);
  counter.calls += 1;
  counter.bySecond.set(second, (counter.bySecond.get(second) ?? 0) + 1);
}

const maxOf = (bySecond: ReadonlyMap<number, number>): number => Math.max(0, ...bySecond.values());

function bucketOf(services: readonly Service[], action: string): RequestBucket | undefined {
  const [name, operation = ''] = action.split(':');
  return services.find((service) => service.name === name)?.bucketOf?.(operation);
}
