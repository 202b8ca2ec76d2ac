import { type Component, components } from './components.ts';

/** A machine with what it said that it runs, and the contents of the bundles that concern it. */
export interface KnownMachine {
  readonly slot: string;
  /** The bundle that it is to run by. */
  readonly bundle: string;
  /** As verify reports it: the bundle of each component, and ` changed` behind it where files differ from it. */
  readonly running: Readonly<Record<string, unknown>>;
  /** By bundle: what a switch of each component would install. A bundle that is no longer stored has no entry. */
  readonly contents: ReadonlyMap<string, ReadonlyMap<Component, string>>;
}

export interface Switch {
  readonly component: Component;
  readonly slot: string;
  readonly bundle: string;
}

/**
 * The components whose content in the target differs from what the machine runs, component by component. A machine whose component is
 * not as it was staged comes before the others: nothing else is switched while it does not serve. The first machine comes last: it is
 * the one that the run asks for everything else.
 */
export function planSwitches(machines: readonly KnownMachine[]): readonly Switch[] {
  const [first, ...others] = machines;
  const inOrder = first === undefined ? [] : [...others, first];
  const isWhole = ({ running, contents }: KnownMachine, component: Component) =>
    contents.has(String(running[component]));
  return components.flatMap((component) =>
    [
      ...inOrder.filter((machine) => !isWhole(machine, component)),
      ...inOrder.filter((machine) => isWhole(machine, component)),
    ].flatMap(({ slot, bundle, running, contents }) => {
      const wanted = contents.get(bundle)?.get(component);
      const runs = contents.get(String(running[component]))?.get(component);
      return wanted === undefined || wanted === runs ? [] : [{ component, slot, bundle }];
    }),
  );
}
