import {
  AllocateAddress,
  AssociateAddress,
  DescribeAddresses,
  DescribeAddressesAttribute,
  DisassociateAddress,
  ReleaseAddress,
} from './addressOperations.ts';
import { DescribeAvailabilityZones } from './availabilityZones.ts';
import {
  AttachInternetGateway,
  CreateInternetGateway,
  DeleteInternetGateway,
  DescribeInternetGateways,
  DetachInternetGateway,
} from './internetGateways.ts';
import { CreateNatGateway } from './natGatewayCreation.ts';
import { DeleteNatGateway, DescribeNatGateways } from './natGateways.ts';
import { AttachNetworkInterface, DetachNetworkInterface } from './networkInterfaceAttachments.ts';
import {
  CreateNetworkInterface,
  DeleteNetworkInterface,
  DescribeNetworkInterfaces,
  ModifyNetworkInterfaceAttribute,
} from './networkInterfaces.ts';
import { DescribePrefixLists } from './prefixLists.ts';
import { CreateRoute, DeleteRoute, ReplaceRoute } from './routes.ts';
import {
  AssociateRouteTable,
  DisassociateRouteTable,
  ReplaceRouteTableAssociation,
} from './routeTableAssociationOperations.ts';
import { CreateRouteTable, DeleteRouteTable, DescribeRouteTables } from './routeTables.ts';
import {
  AuthorizeSecurityGroupEgress,
  AuthorizeSecurityGroupIngress,
  DescribeSecurityGroupRules,
  RevokeSecurityGroupEgress,
  RevokeSecurityGroupIngress,
} from './securityGroupRuleOperations.ts';
import { CreateSecurityGroup, DeleteSecurityGroup, DescribeSecurityGroups } from './securityGroups.ts';
import { CreateSubnet, DeleteSubnet, DescribeSubnets, ModifySubnetAttribute } from './subnets.ts';
import { CreateTags, DeleteTags, DescribeTags } from './tagOperations.ts';
import { CreateVpcEndpoint } from './vpcEndpointCreation.ts';
import { DescribeVpcEndpointServices } from './vpcEndpointServices.ts';
import { DeleteVpcEndpoints, DescribeVpcEndpoints, ModifyVpcEndpoint } from './vpcEndpoints.ts';
import { AssociateVpcCidrBlock, CreateVpc, DeleteVpc } from './vpcLifecycle.ts';
import { DescribeVpcAttribute, DescribeVpcs, ModifyVpcAttribute } from './vpcs.ts';

/** EC2's network nouns and tags. */
export const networkOperations = {
  CreateVpc,
  DescribeVpcs,
  DeleteVpc,
  DescribeVpcAttribute,
  ModifyVpcAttribute,
  AssociateVpcCidrBlock,
  CreateSubnet,
  DescribeSubnets,
  DeleteSubnet,
  ModifySubnetAttribute,
  CreateInternetGateway,
  DescribeInternetGateways,
  AttachInternetGateway,
  DetachInternetGateway,
  DeleteInternetGateway,
  AllocateAddress,
  DescribeAddresses,
  DescribeAddressesAttribute,
  AssociateAddress,
  DisassociateAddress,
  ReleaseAddress,
  CreateNatGateway,
  DescribeNatGateways,
  DeleteNatGateway,
  CreateRouteTable,
  DescribeRouteTables,
  DeleteRouteTable,
  AssociateRouteTable,
  DisassociateRouteTable,
  ReplaceRouteTableAssociation,
  CreateRoute,
  ReplaceRoute,
  DeleteRoute,
  CreateSecurityGroup,
  DescribeSecurityGroups,
  DeleteSecurityGroup,
  AuthorizeSecurityGroupIngress,
  AuthorizeSecurityGroupEgress,
  RevokeSecurityGroupIngress,
  RevokeSecurityGroupEgress,
  DescribeSecurityGroupRules,
  CreateNetworkInterface,
  DescribeNetworkInterfaces,
  DeleteNetworkInterface,
  ModifyNetworkInterfaceAttribute,
  AttachNetworkInterface,
  DetachNetworkInterface,
  CreateVpcEndpoint,
  DescribeVpcEndpoints,
  DescribeVpcEndpointServices,
  DescribePrefixLists,
  ModifyVpcEndpoint,
  DeleteVpcEndpoints,
  DescribeAvailabilityZones,
  CreateTags,
  DeleteTags,
  DescribeTags,
} as const;
