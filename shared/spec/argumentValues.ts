import { minorOf } from '../releases/releases.ts';
import featureGates from './featureGates.json' with { type: 'json' };

/** What may follow a flag: words that say it, and whether a value is one. */
export interface ArgumentForm {
  readonly allowed: string;
  readonly accepts: (value: string) => boolean;
}

const matching = (pattern: RegExp, allowed: string): ArgumentForm => ({
  allowed,
  accepts: (value) => pattern.test(value),
});

/** A whole number within bounds. */
export const between = (least: number, most: number): ArgumentForm => ({
  allowed: `a whole number from ${least} to ${most}`,
  accepts: (value) => /^(0|[1-9]\d{0,9})$/.test(value) && Number(value) >= least && Number(value) <= most,
});

/** One of these words, and no other. */
export const oneOf = (...words: readonly string[]): ArgumentForm => ({
  allowed: words.join(', '),
  accepts: (value) => words.includes(value),
});

export const fraction = matching(/^(0|0?\.\d{1,6})$/, 'a fraction below 1 such as 0.001');
export const duration = matching(/^(\d{1,6}(\.\d+)?(ms|s|m|h))+$/, 'a duration such as 2m30s');
export const trueOrFalse = oneOf('true', 'false');
export const verbosity = between(0, 9);
export const size = matching(/^[1-9]\d{0,5}(Ki|Mi|Gi)?$/, 'a size such as 10Mi');

/** Pairs of a name of the set and a value, joined by `operator` (source: component-base's flags for maps). */
const pairsOf = (names: readonly string[], operator: '<' | '=', value: RegExp, example: string): ArgumentForm => ({
  allowed: `pairs such as ${example}, each of ${names.join(', ')} once`,
  accepts: (text) => {
    const pairs = text.split(',').map((pair) => pair.split(operator));
    const keys = pairs.map(([name = '']) => name);
    return (
      new Set(keys).size === keys.length &&
      pairs.every(
        ([name = '', amount = '', ...rest]) => names.includes(name) && value.test(amount) && rest.length === 0,
      )
    );
  },
});

/** Source: k8s.io/kubernetes 1.36.3, pkg/kubelet/eviction/api/types.go; allocatableMemory is kubelet's own business. */
const evictionSignals = [
  'memory.available',
  'nodefs.available',
  'nodefs.inodesFree',
  'imagefs.available',
  'imagefs.inodesFree',
  'containerfs.available',
  'containerfs.inodesFree',
  'pid.available',
];

const quantityOrPercent = /^([1-9]\d{0,6}(Ki|Mi|Gi)?|[1-9]\d?(\.\d{1,2})?%)$/;
export const evictionThresholds = pairsOf(evictionSignals, '<', quantityOrPercent, 'memory.available<200Mi');
export const gracePeriods = pairsOf(evictionSignals, '=', /^(\d{1,6}(ms|s|m|h))+$/, 'memory.available=1m30s');

/** Source: kubelet's reference, --kube-reserved. */
export const reservations = pairsOf(
  ['cpu', 'memory', 'ephemeral-storage', 'pid'],
  '=',
  /^\d{1,7}(m|Ki|Mi|Gi)?$/,
  'cpu=100m,memory=200Mi',
);

interface Gates {
  /** May be set either way. */
  readonly free: readonly string[];
  /** Exit on any other value than this. */
  readonly locked: Readonly<Record<string, boolean>>;
}

const gatesByMinor: Readonly<Record<string, Gates>> = featureGates.gates;

/** The feature gates of one version of Kubernetes; a component exits on a name that it does not know, and on a locked one. */
export function gatesOf(kubernetesVersion: string): ArgumentForm {
  const gates = gatesByMinor[minorOf(kubernetesVersion)];
  const isAllowed = (name: string, value: string) =>
    gates === undefined ||
    gates.free.includes(name) ||
    (Object.hasOwn(gates.locked, name) && String(gates.locked[name]) === value);
  return {
    allowed: `gates such as NameOfGate=true that Kubernetes ${minorOf(kubernetesVersion)} knows and has not locked`,
    accepts: (text) => {
      const pairs = text.split(',').map((pair) => /^([A-Za-z0-9]+)=(true|false)$/.exec(pair));
      const names = pairs.map((pair) => pair?.[1]);
      return (
        new Set(names).size === names.length &&
        pairs.every((pair) => pair !== null && isAllowed(pair[1] ?? '', pair[2] ?? ''))
      );
    },
  };
}
