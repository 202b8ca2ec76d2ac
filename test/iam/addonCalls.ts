/** One call to AWS that an addon makes, as IAM is asked about it. */
export interface AddonCall {
  readonly action: string;
  /** Of which resource, without the account's part: `volume/vol-1`; `*` where AWS knows none. */
  readonly resource: string;
  /** Tags of the resource, as they will be. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Tags of the request. */
  readonly requestTags?: Readonly<Record<string, string>>;
  /** Further condition keys of the request. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface Addon {
  readonly name: string;
  /** Where its calls were read. */
  readonly source: string;
  readonly callsFor: (cluster: { readonly id: string; readonly deployment: string }) => readonly AddonCall[];
}

const reads = (service: string, ...names: readonly string[]): readonly AddonCall[] =>
  names.map((name) => ({ action: `${service}:${name}`, resource: '*' }));

const clusterTag = (id: string) => ({ [`kubernetes.io/cluster/${id}`]: 'owned' });

/** Every call but those of the route, tagging and node IPAM controllers, which do not run here. */
const cloudController: Addon = {
  name: 'aws-cloud-controller-manager',
  source: 'k8s.io/cloud-provider-aws v1.36.1, pkg/providers/v1: calls of the interfaces EC2, ELB and ELBV2',
  callsFor: ({ id, deployment }) => {
    const own = clusterTag(id);
    const ofKubestep = { 'kubestep/cluster': id, 'kubestep/deployment': deployment };
    const classic = 'loadbalancer/a0123456789abcdef';
    const network = 'loadbalancer/net/a0123456789abcdef/0123456789abcdef';
    const group = 'targetgroup/k8s-default-web/0123456789abcdef';
    const listener = 'listener/net/a0123456789abcdef/0123456789abcdef/0123456789abcdef';
    const created = (action: string, resource: string): readonly AddonCall[] => [
      { action: `elasticloadbalancing:${action}`, resource, requestTags: own },
      {
        action: 'elasticloadbalancing:AddTags',
        resource,
        requestTags: own,
        context: { 'elasticloadbalancing:CreateAction': action },
      },
    ];
    const onOwn = (resource: string, ...names: readonly string[]): readonly AddonCall[] =>
      names.map((name) => ({ action: `elasticloadbalancing:${name}`, resource, tags: own }));
    return [
      ...reads(
        'ec2',
        'DescribeAvailabilityZones',
        'DescribeInstances',
        'DescribeInstanceTopology',
        'DescribeRouteTables',
        'DescribeSecurityGroups',
        'DescribeSubnets',
      ),
      ...reads(
        'elasticloadbalancing',
        'DescribeListeners',
        'DescribeLoadBalancerAttributes',
        'DescribeLoadBalancerPolicies',
        'DescribeLoadBalancers',
        'DescribeTargetGroupAttributes',
        'DescribeTargetGroups',
        'DescribeTargetHealth',
      ),
      // aws_loadbalancer.go: ensureLoadBalancerv2 and what it calls.
      ...created('CreateLoadBalancer', network),
      ...created('CreateTargetGroup', group),
      { action: 'elasticloadbalancing:CreateListener', resource: network, tags: own, requestTags: own },
      {
        action: 'elasticloadbalancing:AddTags',
        resource: listener,
        requestTags: own,
        context: { 'elasticloadbalancing:CreateAction': 'CreateListener' },
      },
      ...onOwn(network, 'DeleteLoadBalancer', 'ModifyLoadBalancerAttributes'),
      ...onOwn(
        group,
        'DeleteTargetGroup',
        'DeregisterTargets',
        'ModifyTargetGroup',
        'ModifyTargetGroupAttributes',
        'RegisterTargets',
      ),
      ...onOwn(listener, 'DeleteListener', 'ModifyListener'),
      // aws_loadbalancer.go: ensureLoadBalancer, the classic balancer, and what it calls.
      ...created('CreateLoadBalancer', classic),
      ...onOwn(
        classic,
        'ApplySecurityGroupsToLoadBalancer',
        'AttachLoadBalancerToSubnets',
        'ConfigureHealthCheck',
        'CreateLoadBalancerListeners',
        'CreateLoadBalancerPolicy',
        'DeleteLoadBalancer',
        'DeleteLoadBalancerListeners',
        'DeregisterInstancesFromLoadBalancer',
        'DetachLoadBalancerFromSubnets',
        'ModifyLoadBalancerAttributes',
        'RegisterInstancesWithLoadBalancer',
        'SetLoadBalancerPoliciesForBackendServer',
        'SetLoadBalancerPoliciesOfListener',
      ),
      // The annotation of additional tags is written again at every look at the Service.
      { action: 'elasticloadbalancing:AddTags', resource: classic, tags: own, requestTags: { team: 'a' } },
      // aws.go: ensureSecurityGroup; rules go into its own groups and into the workers' group, which carries both tags.
      { action: 'ec2:CreateSecurityGroup', resource: 'security-group/*', requestTags: own },
      { action: 'ec2:CreateSecurityGroup', resource: 'vpc/vpc-1', tags: ofKubestep },
      { action: 'ec2:CreateSecurityGroup', resource: 'vpc/vpc-2' },
      {
        action: 'ec2:CreateTags',
        resource: 'security-group/*',
        requestTags: own,
        context: { 'ec2:CreateAction': 'CreateSecurityGroup' },
      },
      ...['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress'].flatMap((name) => [
        { action: `ec2:${name}`, resource: 'security-group/sg-1', tags: own },
        { action: `ec2:${name}`, resource: 'security-group/sg-2', tags: { ...own, ...ofKubestep } },
      ]),
      { action: 'ec2:DeleteSecurityGroup', resource: 'security-group/sg-1', tags: own },
    ];
  },
};

/** All of the managed policy but tags and fast restores, which need a StorageClass or a snapshot class that asks for them. */
const volumeDriver: Addon = {
  name: 'aws-ebs-csi-driver',
  source:
    'AWS managed policies AmazonEBSCSIDriverPolicyV2 v1 (2026-04-16) and AmazonEBSCSIDriverPolicy v15 (2026-05-13); ' +
    'EBS user guide, "Requirements for Amazon EBS encryption"',
  callsFor: ({ id, deployment }) => {
    // The controller runs with --k8s-tag-cluster-id and --extra-tags.
    const own = { ...clusterTag(id), 'ebs.csi.aws.com/cluster': 'true', 'kubestep.io/deployment': deployment };
    const machine = { ...clusterTag(id), 'kubestep/cluster': id, 'kubestep/deployment': deployment };
    const key = { 'kubestep/cluster': id, 'kubestep/deployment': deployment, 'kubestep/resource': 'key/volumes' };
    const throughEc2 = { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' };
    const tagged = (resource: string, createAction: string): AddonCall => ({
      action: 'ec2:CreateTags',
      resource,
      requestTags: own,
      context: { 'ec2:CreateAction': createAction },
    });
    return [
      ...reads(
        'ec2',
        'DescribeAvailabilityZones',
        'DescribeInstances',
        'DescribeInstanceTypes',
        'DescribeSnapshots',
        'DescribeTags',
        'DescribeVolumes',
        'DescribeVolumesModifications',
        'DescribeVolumeStatus',
      ),
      { action: 'ec2:CreateVolume', resource: 'volume/*', requestTags: own },
      { action: 'ec2:CreateVolume', resource: 'snapshot/snap-1', tags: own },
      tagged('volume/*', 'CreateVolume'),
      ...['AttachVolume', 'DetachVolume'].flatMap((name) => [
        { action: `ec2:${name}`, resource: 'volume/vol-1', tags: own },
        { action: `ec2:${name}`, resource: 'instance/i-1', tags: machine },
      ]),
      { action: 'ec2:ModifyVolume', resource: 'volume/vol-1', tags: own },
      { action: 'ec2:DeleteVolume', resource: 'volume/vol-1', tags: own },
      { action: 'ec2:CreateSnapshot', resource: 'volume/vol-1', tags: own },
      { action: 'ec2:CreateSnapshot', resource: 'snapshot/*', requestTags: own },
      tagged('snapshot/*', 'CreateSnapshot'),
      { action: 'ec2:DeleteSnapshot', resource: 'snapshot/snap-1', tags: own },
      ...['Decrypt', 'DescribeKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo'].map((name) => ({
        action: `kms:${name}`,
        resource: 'key/1',
        tags: key,
        context: throughEc2,
      })),
      {
        action: 'kms:CreateGrant',
        resource: 'key/1',
        tags: key,
        context: { ...throughEc2, 'kms:GrantIsForAWSResource': 'true' },
      },
    ];
  },
};

export const addons: readonly Addon[] = [cloudController, volumeDriver];
