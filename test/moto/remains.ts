import type { MotoServer } from './motoServer.ts';

/** What a cluster consists of, as moto's own memory names it: read past every client of ours. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  ec2: [
    'ElasticAddress',
    'InternetGateway',
    'LaunchTemplate',
    'NetworkInterface',
    'RouteTable',
    'SecurityGroup',
    'Subnet',
    'VPC',
    'VPCEndPoint',
    'Volume',
  ],
  iam: ['InstanceProfile'],
  kms: ['Alias'],
  elbv2: ['FakeListener', 'FakeLoadBalancer', 'FakeTargetGroup'],
  autoscaling: ['FakeAutoScalingGroup'],
};

type Memory = Readonly<
  Record<string, Readonly<Record<string, readonly { readonly id?: string; readonly name?: string }[]>>>
>;

/** Every resource that moto has, as `ec2 VPC vpc-1`. */
export async function remains({ url }: MotoServer): Promise<string[]> {
  const memory = (await (await fetch(`${url}/moto-api/data.json`)).json()) as Memory;
  return Object.entries(kinds).flatMap(([service, names]) =>
    names.flatMap((kind) =>
      (memory[service]?.[kind] ?? []).map(({ id, name }, index) => `${service} ${kind} ${id ?? name ?? index}`),
    ),
  );
}
