import type { DescribeLaunchTemplateVersionsResult, DescribeNetworkInterfacesResult } from '@aws-sdk/client-ec2';

/**
 * What moto answers otherwise than EC2 where the product acts by it: by `service:Operation`, the answer as EC2 gives it.
 * Differences that change nothing of what the product does next are only named (namedDifferences.ts).
 */
const corrections: Readonly<Record<string, (output: never) => object>> = {
  /**
   * moto adds the template's own tags to the tags of what its first version launches. A creation whose process died after
   * it had made the template would find no version that says what it wants and make a second one, of which moto's Auto
   * Scaling then says that its machines come from the first.
   */
  'ec2:DescribeLaunchTemplateVersions': ({
    LaunchTemplateVersions = [],
    ...rest
  }: DescribeLaunchTemplateVersionsResult) => ({
    ...rest,
    LaunchTemplateVersions: LaunchTemplateVersions.map(({ LaunchTemplateData, ...version }) => ({
      ...version,
      LaunchTemplateData: {
        ...LaunchTemplateData,
        TagSpecifications: LaunchTemplateData?.TagSpecifications?.filter(
          ({ ResourceType }) => ResourceType !== 'launch-template',
        ),
      },
    })),
  }),
  /**
   * moto shows the interface of a NAT gateway as anybody's: attached to nothing, of the type `interface`. EC2 says what it is,
   * and a deletion would be refused for somebody's interface in the VPC.
   */
  'ec2:DescribeNetworkInterfaces': ({ NetworkInterfaces = [], ...rest }: DescribeNetworkInterfacesResult) => ({
    ...rest,
    NetworkInterfaces: NetworkInterfaces.map((shown) =>
      shown.Attachment?.InstanceId === undefined && !shown.Description && shown.TagSet?.length === 0
        ? { ...shown, InterfaceType: 'nat_gateway' }
        : shown,
    ),
  }),
};

/** The answer of a call as AWS would give it. */
export function corrected<Output extends object>(service: string, operation: string, output: Output): object {
  return corrections[`${service}:${operation}`]?.(output as never) ?? output;
}
