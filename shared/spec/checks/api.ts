import { type Check, problemAt, repeated } from './check.ts';

/** Who may reach the API is said where it can be reached by everyone. */
export const checkApi: Check = ({ spec: { api, addons } }) => [
  ...(api.access === 'public' && (api.allowedCIDRs ?? []).length === 0
    ? [
        problemAt(
          ['api', 'allowedCIDRs'],
          api.allowedCIDRs,
          'at least one range while access is public',
          'Name the ranges of your offices and pipelines; 0.0.0.0/0 opens it to everyone.',
        ),
      ]
    : []),
  ...repeated(api.allowedCIDRs ?? []).map((cidr) =>
    problemAt(['api', 'allowedCIDRs'], cidr, 'each range once', `Name ${cidr} once.`),
  ),
  ...repeated(addons).map((addon) => problemAt(['addons'], addon, 'each addon once', `Name ${addon} once.`)),
];
