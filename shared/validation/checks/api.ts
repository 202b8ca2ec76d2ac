import { type Check, problemAt, repeated } from './check.ts';

/** Who may reach the API is said where it can be reached by everyone. */
export const checkApi: Check = ({ spec: { api, addons, maintenanceWindow, network } }) => [
  ...(api.access === 'public' && api.allowedCIDRs === undefined
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
  ...repeated(api.additionalSANs).map((name) =>
    problemAt(['api', 'additionalSANs'], name, 'each name once', `Name ${name} once.`),
  ),
  ...repeated(maintenanceWindow?.days ?? []).map((day) =>
    problemAt(['maintenanceWindow', 'days'], day, 'each day once', `Name ${day} once.`),
  ),
  ...repeated(network.endpoints.gateway ?? []).map((service) =>
    problemAt(['network', 'endpoints', 'gateway'], service, 'each service once', `Name ${service} once.`),
  ),
  ...repeated(network.endpoints.interface).map((service) =>
    problemAt(['network', 'endpoints', 'interface'], service, 'each service once', `Name ${service} once.`),
  ),
  ...repeated(addons).map((addon) => problemAt(['addons'], addon, 'each addon once', `Name ${addon} once.`)),
];
