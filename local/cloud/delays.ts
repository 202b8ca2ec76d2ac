/**
 * How long things take in AWS, from the call to the moment they are usable, in milliseconds.
 * p50 and p95 with their source: observed (Terraform logs, public benchmarks, provider issues) or estimated.
 */
export interface Delay {
  readonly p50: number;
  readonly p95: number;
  readonly source: string;
}

const seconds = (p50: number, p95: number, source: string): Delay => ({ p50: p50 * 1000, p95: p95 * 1000, source });

export const awsDelays = {
  tagVisibility: seconds(2, 10, 'estimated: Describe filters lag creates by 1 to 3 s'),
  idVisibility: seconds(0.5, 5, 'estimated: EC2 documents eventual consistency without a figure'),
  natGatewayAvailable: seconds(106, 125, 'observed: Terraform logs, n=16, 84 to 125 s'),
  natGatewayDeleted: seconds(60, 80, 'observed: Terraform logs, n=9, 37 to 79 s'),
  loadBalancerActive: seconds(157, 180, 'observed: Terraform logs, n=3, 142 to 161 s'),
  loadBalancerDeleted: seconds(45, 60, 'observed: Terraform logs, n=2, 40 and 47 s'),
  loadBalancerInterfacesGone: seconds(60, 300, 'estimated: they outlive the balancer'),
  targetFirstCheck: seconds(60, 120, 'observed: reports of 2019 to 2021'),
  targetHealthy: seconds(120, 240, 'observed: reports of 2019 to 2021, 10 s interval, 2 checks'),
  targetDraining: seconds(75, 90, 'observed: containers-roadmap#470'),
  gatewayEndpointAvailable: seconds(6, 7, 'observed: Terraform logs, n=10'),
  interfaceEndpointAvailable: seconds(60, 150, 'estimated'),
  interfaceEndpointDeleted: seconds(60, 300, 'estimated'),
  volumeAvailable: seconds(5, 11, 'observed: Terraform logs, n=4'),
  volumeAttached: seconds(12, 30, 'observed: Terraform logs, n=6, less their polling'),
  volumeDetached: seconds(5, 30, 'estimated'),
  networkInterfaceAttached: seconds(3, 10, 'estimated'),
  networkInterfaceDetached: seconds(3, 60, 'observed: amazon-vpc-cni-k8s#608, slow cases in ansible#501'),
  instanceRunning: seconds(5, 15, 'observed: ec2-boot-bench 2021'),
  instanceUserData: seconds(12, 25, 'estimated for Amazon Linux 2023 from AL2 at 11 s'),
  instanceUserDataUbuntu: seconds(20, 45, 'estimated'),
  agentOnline: seconds(10, 60, 'estimated: user data to SSM Online'),
  instanceTerminated: seconds(30, 90, 'observed: Terraform logs, n=5, 20 to 31 s'),
  instanceProfileUsable: seconds(8, 20, 'observed: terraform#2037, 5 to 10 s'),
  policyEffective: seconds(5, 60, 'estimated'),
  keyEnabled: seconds(1, 5, 'observed: 1 s'),
  keyNameable: seconds(0, 5, 'observed now and then: terraform-provider-aws, pull request #1896'),
  newTagAuthorisation: seconds(
    0,
    20,
    'observed now and then: terraform-provider-aws#6055, tags of creates that count late',
  ),
  keyTagAuthorisation: seconds(10, 300, 'AWS KMS documentation: up to 5 minutes'),
  groupReacts: seconds(5, 30, 'estimated: SetDesiredCapacity to launch'),
  groupReplacesInstance: seconds(90, 300, 'estimated'),
  groupDeleted: seconds(10, 60, 'estimated'),
  tableActive: seconds(5, 15, 'estimated: DynamoDB on-demand tables'),
  commandStarts: seconds(1, 5, 'estimated from an example of 2 s in the documentation'),
  commandEvent: seconds(1, 10, 'estimated'),
  eventDelivered: seconds(0.5, 2, 'estimated'),
  stateTransition: seconds(0.05, 0.2, 'estimated'),
  functionWarm: seconds(0.06, 0.15, 'observed: published benchmarks'),
  functionCold: seconds(0.375, 0.6, 'observed: three clients and one call, Node 22 arm64'),
} as const satisfies Record<string, Delay>;

export type DelayName = keyof typeof awsDelays;

/** Answers how long a thing takes this time, in milliseconds. */
export interface Delays {
  of(name: DelayName): number;
}

/** Always the median: for the times that the project promises, and for tests that compare two runs. */
export const medianDelays: Delays = { of: (name) => awsDelays[name].p50 };

/** Between the median and the 95th percentile by chance: for fault schedules. */
export function randomDelays(chance: () => number): Delays {
  return { of: (name) => awsDelays[name].p50 + chance() * (awsDelays[name].p95 - awsDelays[name].p50) };
}

/** Everything at once: for putting a world together before anyone watches. */
export const noDelays: Delays = { of: () => 0 };
