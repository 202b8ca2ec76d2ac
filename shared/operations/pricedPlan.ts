import { type CriticalPath, criticalPathOf } from '../blueprint/duration.ts';
import type { Plan } from '../blueprint/plan.ts';
import { type PriceEstimate, priceOf } from '../blueprint/price.ts';
import { type PlannedResource, resourcesOf } from '../blueprint/resources.ts';

/** A plan with what people ask of it first: what is made, what it costs, how long it takes. */
export interface PricedPlan {
  readonly plan: Plan;
  readonly resources: readonly PlannedResource[];
  readonly price: PriceEstimate;
  readonly duration: CriticalPath;
}

/** Counted where the plan is made, so that the command, curl and every other client show the same. */
export const pricedPlan = (plan: Plan): PricedPlan => ({
  plan,
  resources: resourcesOf(plan.blueprint),
  price: priceOf(plan.blueprint),
  duration: criticalPathOf(plan.blueprint),
});
