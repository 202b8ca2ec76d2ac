import { type Check, listed, problemAt } from './check.ts';

/**
 * Services with both kinds. EC2 makes a private name of their interface endpoints for on-premises traffic only, and refuses it
 * where no gateway endpoint exists yet (source: EC2 API, DnsOptionsSpecification).
 */
const gatewayServices: readonly string[] = ['s3', 'dynamodb'];

/** Interface endpoints are of services that AWS offers in every zone of the cluster, under a private name. */
export const checkEndpoints: Check = ({ spec }, facts) => {
  const offered = facts?.endpointServices;
  if (offered === undefined || spec.region !== facts?.region) return [];
  return spec.network.endpoints.interface.flatMap((name, index) => {
    const at = ['network', 'endpoints', 'interface', index];
    if (gatewayServices.includes(name))
      return [
        problemAt(
          at,
          name,
          `services without gateway endpoints; an interface endpoint of this one is private only beside a gateway endpoint`,
          `Name it in spec.network.endpoints.gateway, where it costs nothing.`,
        ),
      ];
    const service = offered[name];
    if (service === undefined)
      return [
        problemAt(
          at,
          name,
          `services of AWS that have interface endpoints in ${spec.region}`,
          `Correct the name, or remove it: aws ec2 describe-vpc-endpoint-services --region ${spec.region} lists them.`,
        ),
      ];
    const without = spec.zones.filter((zone) => !service.zones.includes(zone));
    if (without.length > 0)
      return [
        problemAt(
          at,
          name,
          `services that have endpoints in every zone of the cluster; this one has none in ${listed(without)}`,
          `Remove it, or use other zones: it has endpoints in ${listed(service.zones)}.`,
        ),
      ];
    if (service.hasPrivateName) return [];
    return [
      problemAt(
        at,
        name,
        'services whose endpoints have private names, by which clients in the VPC find them; this one has none',
        'Remove it, or make the endpoint yourself.',
      ),
    ];
  });
};
