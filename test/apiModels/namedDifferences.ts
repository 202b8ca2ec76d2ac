/** Where requests or the model's answers differ from AWS's API models, and why they may. One that no longer occurs is an error. */
export const namedDifferences: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  {
    pattern: /^answer ec2:CreateNetworkInterface NetworkInterface\.Status: "pending"/,
    why: 'EC2 answers pending, as the example of its API reference for CreateNetworkInterface shows; its model lacks the value',
  },
  {
    pattern: /^answer ec2:DescribeNetworkInterfaces NetworkInterfaces\[\]\.InterfaceType: "nat_gateway"/,
    why: 'EC2 answers nat_gateway (EC2 API reference, DescribeNetworkInterfaces: values of the filter interface-type); its model says natGateway',
  },
  {
    pattern: /^answer ec2:(CreateVpcEndpoint|DescribeVpcEndpoints) .*State: "(pending|available)"/,
    why: 'EC2 answers states of endpoints in lower case for gateways (examples of DescribeVpcEndpoints)',
  },
  {
    pattern: /^answer ec2:DescribeInternetGateways .*State: "available"/,
    why: 'EC2 answers available for an attached internet gateway (its API reference: "available" for internet gateways)',
  },
  {
    pattern: /^answer iam:GetRole Role\.PermissionsBoundary\.PermissionsBoundaryType: "Policy"/,
    why: 'IAM answers Policy (IAM API reference, AttachedPermissionsBoundary: "can only have a value of Policy")',
  },
  {
    pattern: /^answer ssm:GetParameters InvalidParameters: 0 entries/,
    why: 'Systems Manager answers an empty list where every parameter is valid (example of its API reference)',
  },
];
