import { type Check, listed, problemAt } from './check.ts';

/** Interface endpoints are of services that AWS offers in every zone of the cluster, under a private name. */
export const checkEndpoints: Check = ({ spec }, facts) => {
  const offered = facts?.endpointServices;
  if (offered === undefined || spec.region !== facts?.region) return [];
  return spec.network.endpoints.interface.flatMap((name, index) => {
    const at = ['network', 'endpoints', 'interface', index];
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
        'Remove it (s3 and dynamodb have gateway endpoints: spec.network.endpoints.gateway), or make the endpoint yourself.',
      ),
    ];
  });
};
