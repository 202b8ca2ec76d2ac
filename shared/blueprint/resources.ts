import type { Blueprint, MachineBlueprint, RuleBlueprint, VolumeBlueprint } from './blueprint.ts';
import type { ResourceKind } from './tags.ts';

/** One resource that a cluster consists of, for people and for comparing a plan with the world. */
export interface PlannedResource {
  readonly kind: ResourceKind;
  /** `kind/key` is the value of its tag `kubestep/resource`. */
  readonly key: string;
  /** Its name in AWS, where it has one beside the tag. */
  readonly name: string;
  /** What is worth knowing of it, in one line. */
  readonly detail: string;
}

/** Everything that the blueprint asks AWS for, from the network to the machines. What somebody else owns is not among it. */
export function resourcesOf(blueprint: Blueprint): readonly PlannedResource[] {
  return [
    ...networkResources(blueprint),
    ...securityResources(blueprint),
    ...balancerResources(blueprint),
    ...slotResources(blueprint),
    ...groupResources(blueprint),
  ];
}

function networkResources(blueprint: Blueprint): readonly PlannedResource[] {
  const { vpc, subnets, internetGateway, natGateways, routeTables, endpoints } = blueprint;
  const resource = resourceOf(blueprint);
  return [
    ...(vpc.kind === 'created' ? [resource('vpc', vpc.key, vpc.cidr)] : []),
    ...subnets
      .filter(({ existingSubnetId }) => existingSubnetId === undefined)
      .map(({ key, zone, cidr }) => resource('subnet', key, `${cidr} in ${zone}`)),
    ...(internetGateway === undefined ? [] : [resource('internet-gateway', internetGateway.key, '')]),
    ...natGateways.flatMap(({ key, subnetKey }) => [
      resource('elastic-ip', key, 'address of the NAT gateway'),
      resource('nat-gateway', key, `in ${subnetKey}`),
    ]),
    ...routeTables.map(({ key, subnetKeys, defaultRoute }) =>
      resource(
        'route-table',
        key,
        `${subnetKeys.join(', ')} → ${defaultRoute.via === 'natGateway' ? `NAT gateway ${defaultRoute.natGatewayKey}` : 'internet gateway'}`,
      ),
    ),
    ...endpoints.map(({ key, kind, service }) => resource('endpoint', key, `${kind} endpoint of ${service}`)),
  ];
}

function securityResources(blueprint: Blueprint): readonly PlannedResource[] {
  const resource = resourceOf(blueprint);
  return [
    ...blueprint.securityGroups.map(({ key, name, ingress }) =>
      resource('security-group', key, ingress.map(ruleText).join('; '), name),
    ),
    ...blueprint.roles.flatMap(({ key, name, statements }) => [
      resource('role', key, statements.map(({ Sid }) => Sid).join(', '), name),
      resource('instance-profile', key, 'carries the role', name),
    ]),
    ...blueprint.keys.map(({ key, purpose, alias }) => resource('key', key, keyText(purpose), alias)),
  ];
}

function balancerResources(blueprint: Blueprint): readonly PlannedResource[] {
  const { key, name, scheme, targetGroup, listenerPort } = blueprint.loadBalancer;
  const resource = resourceOf(blueprint);
  return [
    resource('load-balancer', key, `${scheme} Network Load Balancer`, name),
    resource(
      'target-group',
      key,
      `TCP ${targetGroup.port}, healthy when ${targetGroup.healthCheckPath} answers`,
      targetGroup.name,
    ),
    resource('listener', key, `TCP ${listenerPort}`, name),
  ];
}

function slotResources(blueprint: Blueprint): readonly PlannedResource[] {
  const resource = resourceOf(blueprint);
  return blueprint.slots.flatMap(({ key, zone, address, volume, machine, runs }) => [
    resource('network-interface', key, `${address} in ${zone}`),
    ...(volume === undefined ? [] : [resource('volume', key, `${volumeText(volume)}, outlives its machine`)]),
    resource('instance', key, `${machineText(machine)}, runs ${runsText(runs)}`),
  ]);
}

function groupResources(blueprint: Blueprint): readonly PlannedResource[] {
  const resource = resourceOf(blueprint);
  return blueprint.nodeGroups.flatMap(({ name, groupName, machine, size, spot, subnetKeys }) => [
    resource('launch-template', name, machineText(machine), groupName),
    resource(
      'auto-scaling-group',
      name,
      `${size.desired} machines (${size.min} to ${size.max})${spot.percentAboveBase > 0 ? `, ${spot.percentAboveBase} % Spot above ${spot.onDemandBase}` : ''} in ${subnetKeys.join(', ')}`,
      groupName,
    ),
  ]);
}

const resourceOf =
  ({ cluster }: Blueprint) =>
  (
    kind: ResourceKind,
    key: string,
    detail: string,
    name = key === 'main' ? cluster.id : `${cluster.id}-${key}`,
  ): PlannedResource => ({ kind, key, name, detail });

function ruleText({ protocol, fromPort, toPort, peer }: RuleBlueprint): string {
  const ports = fromPort === -1 ? '' : fromPort === toPort ? ` ${fromPort}` : ` ${fromPort}-${toPort}`;
  if ('cidr' in peer) return `${protocol}${ports} from ${peer.cidr}`;
  return `${protocol}${ports} from ${'natGatewayKey' in peer ? `NAT gateway ${peer.natGatewayKey}` : peer.securityGroupKey}`;
}

const keyText = (purpose: 'authority' | 'secrets' | 'volumes'): string =>
  ({
    authority: 'ECC_NIST_P256, signs certificates',
    secrets: 'wraps the keys of masters',
    volumes: 'encrypts volumes',
  })[purpose];

const volumeText = ({ type, sizeGiB, iops }: VolumeBlueprint): string => `${sizeGiB} GiB ${type}, ${iops} IOPS`;

const machineText = ({ instanceTypes, image }: MachineBlueprint): string => `${instanceTypes.join(' or ')}, ${image}`;

const runsText = ({ etcd, controlPlane }: { readonly etcd: boolean; readonly controlPlane: boolean }): string =>
  [...(etcd ? ['etcd'] : []), ...(controlPlane ? ['the control plane'] : [])].join(' and ');
