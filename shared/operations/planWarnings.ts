import type { Plan } from '../blueprint/plan.ts';
import { priceOf } from '../blueprint/price.ts';
import { type SpecWarning, warningsOf } from '../validation/warnings.ts';

/** From this price on, in USD a month, a cluster that runs nothing yet is worth a second look. */
const MUCH = 1000;

/** What is worth a second look before the plan is carried out. */
export function planWarnings({ spec, facts, blueprint }: Plan): readonly SpecWarning[] {
  return [...warningsOf(spec, facts), ...spending(blueprint)];
}

function spending(blueprint: Plan['blueprint']): readonly SpecWarning[] {
  const { monthly } = priceOf(blueprint);
  if (monthly < MUCH) return [];
  return [
    {
      path: 'the price',
      consequence: `About ${monthly.toFixed(0)} USD a month before anything runs in it, and more with every node that the groups add.`,
      remedy: 'kubestep plan shows what costs what.',
    },
  ];
}
