import type { Instance } from '@aws-sdk/client-ec2';
import { elasticLoadBalancing } from '../../../local/cloud/elasticLoadBalancing/service.ts';
import { callAs, connectClient } from '../../../local/cloud/sdk.ts';
import { serviceQuotas as serviceQuotasModel } from '../../../local/cloud/serviceQuotas/service.ts';
import { allQuotas, appliedQuotas } from '../../../shared/aws/quotas.ts';
import { quotaUsage } from '../../../shared/aws/quotaUsage.ts';
import { serviceQuotas } from '../../../shared/clients/serviceQuotas.ts';
import { validateSpec } from '../../../shared/validation/validateSpec.ts';
import { administrator, testCloud } from '../../support/testWorld.ts';
import { compute, launch } from '../cloud/ec2Compute/compute.ts';
import { aSpec, someFacts } from '../spec/aSpec.ts';
import { createNetwork } from '../steps/createNetwork.ts';
import { type Steps, steps } from '../steps/steps.ts';

jest.setTimeout(60_000); // whole networks, on machines that may be busy

connectClient(serviceQuotas);

const usageFor = (aws: Pick<Steps['aws'], 'world' | 'cloud'>, clusterId: string) =>
  aws.world.clock.runUntil(callAs({ cloud: aws.cloud, principal: administrator }, () => quotaUsage(clusterId)));

test('what a cluster has itself is not in its way; for another cluster it is', async () => {
  const cluster = await steps();
  const before = await usageFor(cluster.aws, cluster.clusterId);
  await createNetwork(cluster);
  const withoutInterfaces = ({ 'L-DF5E4CA3': _interfaces, ...rest }: Record<string, number>) => rest;
  expect(withoutInterfaces(await usageFor(cluster.aws, cluster.clusterId))).toEqual(withoutInterfaces(before));

  const { 'L-F678F1CE': vpcs = 0, 'L-A4707A72': gateways = 0 } = before;
  expect(await usageFor(cluster.aws, 'other-a1b2c')).toMatchObject({
    'L-F678F1CE': vpcs + 1,
    'L-A4707A72': gateways + 1,
    'L-0263D0A3': 3,
    'L-69A177A2': 1,
    'L-CDE20ADC': 0,
  });
});

test('machines count by their processors, on demand and Spot apart, with their interfaces and disks', async () => {
  const world = await compute({}, [elasticLoadBalancing]);
  const tagged = (value: string) => [
    { ResourceType: 'instance', Tags: [{ Key: 'kubestep/cluster', Value: value }] },
    { ResourceType: 'volume', Tags: [{ Key: 'kubestep/cluster', Value: value }] },
  ];
  const disk = [{ DeviceName: '/dev/xvda', Ebs: { VolumeType: 'gp3', VolumeSize: 512 } }];
  const InstanceType = 'm7g.2xlarge';
  const others = { InstanceType, BlockDeviceMappings: disk, TagSpecifications: tagged('other-a1b2c') };
  await launch(world, { ...others, MinCount: 2, MaxCount: 2 });
  await launch(world, { ...others, InstanceMarketOptions: { MarketType: 'spot' } });
  await launch(world, { ...others, TagSpecifications: tagged('demo-x7k2p') });

  const usage = await usageFor(world, 'demo-x7k2p');
  expect(usage).toMatchObject({ 'L-1216C47A': 16, 'L-34B43A08': 8, 'L-DF5E4CA3': 3, 'L-7A658B76': 1.5 });
});

test('a stopped machine counts for nothing', async () => {
  const world = await compute({}, [elasticLoadBalancing]);
  const [machine]: Instance[] = await launch(world, { InstanceType: 'm7g.large' });
  await world.world.clock.advance({ minutes: 2 });
  expect(await usageFor(world, 'demo-x7k2p')).toMatchObject({ 'L-1216C47A': 2 });
  await world.call('StopInstances', { InstanceIds: [machine?.InstanceId] });
  expect(await usageFor(world, 'demo-x7k2p')).toMatchObject({ 'L-1216C47A': 0 });
});

test('a spec is judged by what is left of each quota, and every quota in use was looked up', async () => {
  const { world, cloud } = testCloud([serviceQuotasModel]);
  const quotas = await world.clock.runUntil(
    callAs({ cloud, principal: administrator }, () => appliedQuotas(allQuotas)),
  );
  const problemsWith = (usage: Record<string, number>) =>
    validateSpec(aSpec(), someFacts({ quotas: { ...quotas, 'L-1216C47A': 1000 }, usage }));
  expect(problemsWith({ 'L-A4707A72': 4 })).toEqual([]);
  const [problem] = problemsWith({ 'L-A4707A72': 5 });
  expect(JSON.stringify(problem)).toContain('Internet gateways per Region');

  const steppedOn = await steps();
  const codes = Object.keys(await usageFor(steppedOn.aws, 'demo-x7k2p'));
  expect(codes.filter((code) => !(code in quotas))).toEqual([]);
});

test('graphics machines count to their own quota', async () => {
  const world = await compute({ quotas: { 'L-DB2E81BA': 100 } }, [elasticLoadBalancing]);
  await launch(world, { InstanceType: 'g5g.xlarge' });
  await world.world.clock.advance({ minutes: 1 });
  expect(await usageFor(world, 'demo-x7k2p')).toMatchObject({ 'L-DB2E81BA': 4, 'L-1216C47A': 0 });
});

test('an account with more machines than can be counted in time is judged by the other quotas alone', async () => {
  const world = await compute({}, [elasticLoadBalancing]);
  const pages: string[] = [];
  const endless = {
    ...world.cloud,
    call: async (request: Parameters<typeof world.cloud.call>[0]) => {
      if (request.operation !== 'DescribeInstances') return world.cloud.call(request);
      pages.push('page');
      return { Reservations: [], NextToken: `page-${pages.length}` };
    },
  };
  const usage = await usageFor({ world: world.world, cloud: endless as typeof world.cloud }, 'demo-x7k2p');
  expect(Object.keys(usage)).not.toContain('L-1216C47A');
  expect(usage).toMatchObject({ 'L-F678F1CE': expect.any(Number), 'L-7A658B76': 0 });
  expect(pages.length).toBeLessThan(10);
});

test('a quota that AWS does not return is left out, not taken for zero', async () => {
  const { world, cloud } = testCloud([serviceQuotasModel]);
  const silent = { ...cloud, call: async () => ({ Quota: { QuotaCode: 'L-1216C47A' } }) };
  const ask = () => appliedQuotas(allQuotas);
  const asked = callAs({ cloud: silent as unknown as typeof cloud, principal: administrator }, ask);
  expect(await world.clock.runUntil(asked)).toEqual({});
});
