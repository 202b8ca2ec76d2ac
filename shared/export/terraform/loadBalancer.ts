import { attributesFor, groupParameters } from '../../aws/targetGroups.ts';
import type { Blueprint } from '../../blueprint/blueprint.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { idIn, type Observation } from './observation.ts';
import { securityGroup, subnet, vpc } from './references.ts';
import { attribute, nameOf, type Part, type Resource } from './syntax.ts';

/** The load balancer of the Kubernetes API. */
export function loadBalancerPart(blueprint: Blueprint, observed: Observation): Part {
  return {
    resources: [balancer(blueprint, observed), targetGroup(blueprint, observed), listener(blueprint, observed)],
    leftOut: [
      {
        what: 'the addresses registered in the target group',
        reason: 'the provider cannot import them; they are those of the network interfaces of masters',
      },
    ],
  };
}

function balancer(blueprint: Blueprint, observed: Observation): Resource {
  const { key, name, scheme, subnetKeys, securityGroupKey } = blueprint.loadBalancer;
  return {
    type: 'aws_lb',
    name: nameOf('load-balancer', key),
    id: idIn(observed, `load-balancer/${key}`),
    values: {
      name,
      load_balancer_type: 'network',
      internal: scheme === 'internal',
      ip_address_type: 'ipv4',
      subnets: subnetKeys.map((subnetKey) => subnet(blueprint, subnetKey)),
      security_groups: [securityGroup(securityGroupKey)],
      enable_cross_zone_load_balancing: true,
      tags: tagsOf(blueprint.cluster, 'load-balancer', key),
    },
  };
}

function targetGroup(blueprint: Blueprint, observed: Observation): Resource {
  const { loadBalancer, cluster } = blueprint;
  const { key, targetGroup: group } = loadBalancer;
  const made = groupParameters(loadBalancer, '');
  const attributes = new Map(attributesFor(loadBalancer).map(({ Key, Value }) => [Key, Value]));
  return {
    type: 'aws_lb_target_group',
    name: nameOf('target-group', key),
    id: idIn(observed, `target-group/${key}`),
    values: {
      name: group.name,
      vpc_id: vpc(blueprint),
      target_type: made.TargetType,
      protocol: made.Protocol,
      port: made.Port,
      preserve_client_ip: attributes.get('preserve_client_ip.enabled'),
      deregistration_delay: attributes.get('deregistration_delay.timeout_seconds'),
      connection_termination: attributes.get('deregistration_delay.connection_termination.enabled') === 'true',
      target_health_state: {
        enable_unhealthy_connection_termination:
          attributes.get('target_health_state.unhealthy.connection_termination.enabled') === 'true',
        unhealthy_draining_interval: Number(attributes.get('target_health_state.unhealthy.draining_interval_seconds')),
      },
      health_check: {
        protocol: made.HealthCheckProtocol,
        path: made.HealthCheckPath,
        interval: made.HealthCheckIntervalSeconds,
        healthy_threshold: made.HealthyThresholdCount,
        unhealthy_threshold: made.UnhealthyThresholdCount,
      },
      tags: tagsOf(cluster, 'target-group', key),
    },
  };
}

function listener({ loadBalancer, cluster }: Blueprint, observed: Observation): Resource {
  const { key, listenerPort } = loadBalancer;
  return {
    type: 'aws_lb_listener',
    name: nameOf('listener', key),
    id: idIn(observed, `listener/${key}`),
    values: {
      load_balancer_arn: attribute('aws_lb', nameOf('load-balancer', key), 'arn'),
      protocol: 'TCP',
      port: listenerPort,
      default_action: {
        type: 'forward',
        target_group_arn: attribute('aws_lb_target_group', nameOf('target-group', key), 'arn'),
      },
      tags: tagsOf(cluster, 'listener', key),
    },
  };
}
