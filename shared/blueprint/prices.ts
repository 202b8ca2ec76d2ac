/**
 * On-Demand prices in USD for us-east-1. Machines: AWS' price list as of 2026-07-20; NAT gateways 2026-08, load balancers
 * 2026-10; the others are AWS' pricing pages, last checked 2026-11. An estimate, not an offer.
 */
export const PRICES_AS_OF = '2026-07-20';
export const PRICES_REGION = 'us-east-1';

/** AWS' own convention for monthly figures. */
export const HOURS_PER_MONTH = 730;

/** Price an hour of the smallest priced size of a family; larger sizes cost in proportion to their processors. */
export const pricePerLargeHour: Readonly<Record<string, number>> = {
  t4g: 0.0672,
  m7g: 0.0816,
  m7i: 0.1008,
  c7g: 0.0725,
  r7g: 0.1071,
};

/** Sizes below large, in parts of a large. */
export const partsOfLarge: Readonly<Record<string, number>> = { small: 0.25, medium: 0.5, large: 1 };

export const perHour = {
  natGateway: 0.045,
  publicAddress: 0.005,
  loadBalancer: 0.0225,
  interfaceEndpointAndZone: 0.01,
} as const;

export const perMonth = {
  gp3GiB: 0.08,
  gp3IopsAbove3000: 0.005,
  gp3MiBpsAbove125: 0.04,
  io2GiB: 0.125,
  io2Iops: 0.065,
  key: 1,
} as const;

/** Step Functions, standard workflows; retries count. */
export const PER_TRANSITION = 0.025 / 1000;
