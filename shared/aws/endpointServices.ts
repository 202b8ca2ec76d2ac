import { DescribeVpcEndpointServicesCommand } from '@aws-sdk/client-ec2';
import { ec2 } from '../clients/ec2.ts';
import type { EndpointService } from '../facts/facts.ts';

/**
 * Which of these services (short names) have interface endpoints in the region, and where. By filters, because a request by
 * names fails as a whole for one that does not exist.
 */
export async function interfaceEndpointServices(
  region: string,
  names: readonly string[],
): Promise<Record<string, EndpointService>> {
  if (names.length === 0) return {};
  const prefix = `com.amazonaws.${region}.`;
  const Filters = [
    { Name: 'service-name', Values: names.map((name) => prefix + name) },
    { Name: 'service-type', Values: ['Interface'] },
  ];
  const services: Record<string, EndpointService> = {};
  // At most the thirty that a spec may name, which is one answer.
  const { ServiceDetails = [] } = await ec2.send(new DescribeVpcEndpointServicesCommand({ Filters }));
  for (const { ServiceName = '', AvailabilityZones = [], PrivateDnsNames = [] } of ServiceDetails) {
    const service = { zones: [...AvailabilityZones].sort(), hasPrivateName: PrivateDnsNames.length > 0 };
    services[ServiceName.slice(prefix.length)] = service;
  }
  return services;
}
