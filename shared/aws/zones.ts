import { DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { ec2 } from '../clients/ec2.ts';

/** The region's ordinary zones that can be used now, by name. Local and wavelength zones cannot hold a control plane. */
export async function availableZones(): Promise<string[]> {
  const { AvailabilityZones = [] } = await ec2.send(
    new DescribeAvailabilityZonesCommand({
      Filters: [
        { Name: 'zone-type', Values: ['availability-zone'] },
        { Name: 'state', Values: ['available'] },
      ],
    }),
  );
  return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []).sort();
}
