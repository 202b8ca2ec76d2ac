import { type Component, components } from '../../../shared/machine/components.ts';
import { type KnownMachine, planSwitches } from '../../../shared/machine/planSwitches.ts';

const before = 'a'.repeat(64);
const after = 'b'.repeat(64);

/** A master whose API server and scheduler differ between the two bundles, with what it said of its components. */
function aMaster(slot: string, said: Partial<Record<Component, string>> = {}): KnownMachine {
  const contentOf = (bundle: string) =>
    new Map(components.map((name) => [name, name === 'kube-apiserver' || name === 'kube-scheduler' ? bundle : 'same']));
  return {
    slot,
    bundle: after,
    running: { ...Object.fromEntries(components.map((name) => [name, before])), ...said },
    contents: new Map([before, after].map((bundle) => [bundle, contentOf(bundle)])),
  };
}

const orderOf = (...machines: readonly KnownMachine[]) =>
  planSwitches(machines).map(({ component, slot }) => `${component} ${slot}`);

test('what differs is switched component by component, and last on the machine that answers for the cluster', () => {
  expect(orderOf(aMaster('master-1'), aMaster('master-2'), aMaster('master-3'))).toEqual([
    'kube-apiserver master-2',
    'kube-apiserver master-3',
    'kube-apiserver master-1',
    'kube-scheduler master-2',
    'kube-scheduler master-3',
    'kube-scheduler master-1',
  ]);
});

test('a machine whose component is not as it was staged comes first, because the others wait until it serves', () => {
  const damaged = aMaster('master-3', { 'kube-apiserver': `${before} changed` });
  expect(orderOf(aMaster('master-1'), aMaster('master-2'), damaged).slice(0, 3)).toEqual([
    'kube-apiserver master-3',
    'kube-apiserver master-2',
    'kube-apiserver master-1',
  ]);
});

test('what a machine runs already is not switched', () => {
  expect(orderOf(aMaster('master-1', { 'kube-apiserver': after, 'kube-scheduler': after }))).toEqual([]);
});
