import * as ec2 from '@aws-sdk/client-ec2';
import { type Account, documentIn, type Resource, tagsOf } from './resource.ts';

/** What a cluster's network consists of. */
export async function networkIn(account: Account): Promise<Resource[]> {
  const client = new ec2.EC2Client(account);
  return [
    ...(await vpcs(client)),
    ...(await subnets(client)),
    ...(await internetGateways(client)),
    ...(await addresses(client)),
    ...(await natGateways(client)),
    ...(await routeTables(client)),
    ...(await endpoints(client)),
    ...(await securityGroups(client)),
    ...(await networkInterfaces(client)),
  ];
}

async function vpcs(client: ec2.EC2Client): Promise<Resource[]> {
  const { Vpcs = [] } = await client.send(new ec2.DescribeVpcsCommand({}));
  const attribute = async (VpcId: string, Attribute: 'enableDnsSupport' | 'enableDnsHostnames') => {
    const answer = await client.send(new ec2.DescribeVpcAttributeCommand({ VpcId, Attribute }));
    return (answer.EnableDnsSupport ?? answer.EnableDnsHostnames)?.Value;
  };
  return Promise.all(
    Vpcs.map(async ({ VpcId = '', CidrBlock, CidrBlockAssociationSet, InstanceTenancy, Tags }) => ({
      type: 'vpc',
      id: VpcId,
      tags: tagsOf(Tags),
      properties: {
        CidrBlock,
        CidrBlocks: CidrBlockAssociationSet?.map((association) => association.CidrBlock),
        InstanceTenancy,
        enableDnsSupport: await attribute(VpcId, 'enableDnsSupport'),
        enableDnsHostnames: await attribute(VpcId, 'enableDnsHostnames'),
      },
    })),
  );
}

async function subnets(client: ec2.EC2Client): Promise<Resource[]> {
  const { Subnets = [] } = await client.send(new ec2.DescribeSubnetsCommand({}));
  return Subnets.map(({ SubnetId = '', Tags, ...subnet }) => ({
    type: 'subnet',
    id: SubnetId,
    tags: tagsOf(Tags),
    properties: {
      VpcId: subnet.VpcId,
      CidrBlock: subnet.CidrBlock,
      AvailabilityZone: subnet.AvailabilityZone,
      MapPublicIpOnLaunch: subnet.MapPublicIpOnLaunch,
      HostnameType: subnet.PrivateDnsNameOptionsOnLaunch?.HostnameType,
    },
  }));
}

async function internetGateways(client: ec2.EC2Client): Promise<Resource[]> {
  const { InternetGateways = [] } = await client.send(new ec2.DescribeInternetGatewaysCommand({}));
  return InternetGateways.map(({ InternetGatewayId = '', Attachments, Tags }) => ({
    type: 'internet-gateway',
    id: InternetGatewayId,
    tags: tagsOf(Tags),
    properties: { Attachments: Attachments?.map(({ VpcId, State }) => ({ VpcId, State })) },
  }));
}

async function addresses(client: ec2.EC2Client): Promise<Resource[]> {
  const { Addresses = [] } = await client.send(new ec2.DescribeAddressesCommand({}));
  return Addresses.map(({ AllocationId = '', Domain, Tags }) => ({
    type: 'elastic-ip',
    id: AllocationId,
    tags: tagsOf(Tags),
    properties: { Domain },
  }));
}

async function natGateways(client: ec2.EC2Client): Promise<Resource[]> {
  const { NatGateways = [] } = await client.send(new ec2.DescribeNatGatewaysCommand({}));
  return NatGateways.filter(({ State }) => State !== 'deleted').map(({ NatGatewayId = '', Tags, ...gateway }) => ({
    type: 'nat-gateway',
    id: NatGatewayId,
    tags: tagsOf(Tags),
    properties: {
      State: gateway.State,
      VpcId: gateway.VpcId,
      SubnetId: gateway.SubnetId,
      ConnectivityType: gateway.ConnectivityType,
      Addresses: gateway.NatGatewayAddresses?.map(({ AllocationId }) => AllocationId),
    },
  }));
}

async function routeTables(client: ec2.EC2Client): Promise<Resource[]> {
  const { RouteTables = [] } = await client.send(new ec2.DescribeRouteTablesCommand({}));
  return RouteTables.map(({ RouteTableId = '', VpcId, Routes = [], Associations = [], Tags }) => ({
    type: Associations.some(({ Main }) => Main) ? 'main-route-table' : 'route-table',
    id: RouteTableId,
    tags: tagsOf(Tags),
    properties: {
      VpcId,
      Routes: Object.fromEntries(
        Routes.map((route) => [
          route.DestinationCidrBlock ?? route.DestinationPrefixListId,
          route.NatGatewayId ?? route.GatewayId ?? route.NetworkInterfaceId ?? route.VpcPeeringConnectionId,
        ]),
      ),
      Subnets: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
    },
  }));
}

async function endpoints(client: ec2.EC2Client): Promise<Resource[]> {
  const { VpcEndpoints = [] } = await client.send(new ec2.DescribeVpcEndpointsCommand({}));
  return VpcEndpoints.filter(({ State }) => (State as string) !== 'deleted').map(
    ({ VpcEndpointId = '', Tags, ...endpoint }) => ({
      type: 'endpoint',
      id: VpcEndpointId,
      tags: tagsOf(Tags),
      properties: {
        VpcId: endpoint.VpcId,
        ServiceName: endpoint.ServiceName,
        VpcEndpointType: endpoint.VpcEndpointType,
        RouteTableIds: endpoint.RouteTableIds,
        SubnetIds: endpoint.SubnetIds,
        Groups: endpoint.Groups?.map(({ GroupId }) => GroupId),
        PrivateDnsEnabled: endpoint.PrivateDnsEnabled,
        Policy: documentIn(endpoint.PolicyDocument),
      },
    }),
  );
}

async function securityGroups(client: ec2.EC2Client): Promise<Resource[]> {
  const { SecurityGroups = [] } = await client.send(new ec2.DescribeSecurityGroupsCommand({}));
  return SecurityGroups.map(({ GroupId = '', GroupName, Description, VpcId, Tags, ...group }) => ({
    type: GroupName === 'default' ? 'default-security-group' : 'security-group',
    id: GroupId,
    tags: tagsOf(Tags),
    properties: {
      GroupName,
      Description,
      VpcId,
      Ingress: rulesIn(group.IpPermissions),
      Egress: rulesIn(group.IpPermissionsEgress),
    },
  }));
}

/** Descriptions of rules by what they allow: `tcp 2379-2379 sg-0123`. */
function rulesIn(permissions: readonly ec2.IpPermission[] = []): Record<string, string> {
  return Object.fromEntries(
    permissions.flatMap((permission) => {
      const { IpProtocol, FromPort, ToPort, IpRanges = [], UserIdGroupPairs = [] } = permission;
      const traffic = IpProtocol === '-1' ? 'all' : `${IpProtocol} ${FromPort}-${ToPort}`;
      return [
        ...IpRanges.map(({ CidrIp, Description = '' }) => [`${traffic} ${CidrIp}`, Description]),
        ...UserIdGroupPairs.map(({ GroupId, Description = '' }) => [`${traffic} ${GroupId}`, Description]),
      ];
    }),
  );
}

async function networkInterfaces(client: ec2.EC2Client): Promise<Resource[]> {
  const { NetworkInterfaces = [] } = await client.send(new ec2.DescribeNetworkInterfacesCommand({}));
  return NetworkInterfaces.map(({ NetworkInterfaceId = '', TagSet, ...found }) => {
    const tags = tagsOf(TagSet);
    // Those of workers carry the operator's tags alone.
    const isOurs = tags['kubestep/resource'] !== undefined;
    return {
      type: isOurs ? 'network-interface' : typeOf(found),
      id: NetworkInterfaceId,
      tags,
      properties: {
        VpcId: found.VpcId,
        SubnetId: found.SubnetId,
        Groups: found.Groups?.map(({ GroupId }) => GroupId),
        SourceDestCheck: found.SourceDestCheck,
        InstanceId: found.Attachment?.InstanceId,
        DeleteOnTermination: found.Attachment?.DeleteOnTermination,
        // Only the slots' addresses are chosen by the cluster.
        PrivateIpAddress: isOurs ? found.PrivateIpAddress : undefined,
        Description: found.Description,
      },
    };
  });
}

/** Instances launched with an interface of EC2's making have one attached; all others are of services: gateways, balancers. */
const typeOf = ({ Attachment }: ec2.NetworkInterface): string =>
  Attachment?.InstanceId === undefined ? 'interface-of-a-service' : 'interface-of-an-instance';
