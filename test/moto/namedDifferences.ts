import type { Difference } from './comparison.ts';

/** What moto shows differently, and why that is no fault of a request. */
interface NamedDifference {
  readonly where: RegExp;
  readonly because: string;
}

const namedDifferences: readonly NamedDifference[] = [
  {
    where: /^auto-scaling-group\/\S+ properties\.HealthCheckGracePeriod$/,
    because: 'not sent; AWS takes 0, moto the 300 of the console',
  },
  {
    where: /^auto-scaling-group\/\S+ properties\.LifecycleHooks$/,
    because: 'moto ignores the hooks that CreateAutoScalingGroup brings',
  },
  {
    where: /^auto-scaling-group\/\S+ properties\.MixedInstancesPolicy$/,
    because: 'moto launches by the policy, and forgets it when an update does not bring it again',
  },
  {
    where: /^endpoint\/\S+ properties\.PrivateDnsEnabled$/,
    because: 'moto says so of gateways too, which have no private names',
  },
  {
    where: /^instance\/master-\d properties\.SecurityGroups$/,
    because: 'moto forgets the groups of an interface that existed before (the interface has them)',
  },
  {
    where: /^instance\/workers properties\.(AvailabilityZone|SubnetId)$/,
    because: 'moto launches all of a group in one of its subnets',
  },
  {
    where: /^instance\/workers properties\.(MetadataTokens|MetadataHops|Profile)$/,
    because: 'moto forgets what a launch template says of them when a group launches',
  },
  {
    where: /^(volume|volume\/root-workers) count$/,
    because: 'moto gives a group’s instances a second root volume, and tags neither',
  },
  { where: /^volume\/root-master-\d properties\.Throughput$/, because: 'moto does not show the default of gp3' },
  {
    where: /^interface-of-a-service count$/,
    because: 'moto makes none for load balancers',
  },
  {
    where: /^interface-of-an-instance tags\b/,
    because: 'moto ignores what a launch template says of the tags of interfaces',
  },
  {
    where: /^interface-of-an-instance properties\.SubnetId$/,
    because: 'moto launches all of a group in one of its subnets',
  },
  {
    where: /^interface-of-an-instance properties\.(DeleteOnTermination|Description)$/,
    because: 'moto gives them a description of its own and lets them outlive their instance',
  },
  { where: /^key\/\S+ properties\.MultiRegion$/, because: 'moto does not show it' },
  {
    where: /^launch-template\/\S+ properties\.Versions\[\]\.LaunchTemplateData\.TagSpecifications\.launch-template/,
    because: 'moto shows the template’s own tags among those of what it launches',
  },
  {
    where: /^load-balancer\/\S+ properties\.Attributes\.(access_logs\.s3\.enabled|dns_record|zonal_shift)/,
    because: 'not sent; moto does not show these defaults',
  },
  { where: /^nat-gateway\/\S+ properties\.ConnectivityType$/, because: 'not sent; moto does not show the default' },
  {
    where: /^role\/AWSServiceRoleFor\S+ /,
    because: 'moto names service-linked roles after the service’s address and gives them no policy',
  },
  {
    where:
      /^target-group\/\S+ properties\.Attributes\.(load_balancing|proxy_protocol|slow_start|stickiness\.type|target_health_state|waf)/,
    because: 'not sent; moto shows the defaults of Application Load Balancers, and target health states not at all',
  },
];

/** Divides differences into those that have a name and a reason, and those that have none. */
export function judged(differences: readonly Difference[]): {
  readonly named: readonly { readonly where: string; readonly because: string }[];
  readonly unnamed: readonly Difference[];
  /** Reasons that nothing needs any more. */
  readonly idle: readonly string[];
} {
  const reasonOf = ({ where }: Difference) => namedDifferences.find((difference) => difference.where.test(where));
  return {
    named: differences.flatMap((difference) => {
      const because = reasonOf(difference)?.because;
      return because === undefined ? [] : [{ where: difference.where, because }];
    }),
    unnamed: differences.filter((difference) => reasonOf(difference) === undefined),
    idle: namedDifferences
      .filter(({ where }) => !differences.some((difference) => where.test(difference.where)))
      .map(({ where, because }) => `${where}: ${because}`),
  };
}
