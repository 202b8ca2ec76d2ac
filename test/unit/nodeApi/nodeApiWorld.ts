import { sleep } from '../../../local/clock/clock.ts';
import { defineAutoScalingJobs } from '../../../local/cloud/autoScaling/groupJobs.ts';
import { autoScaling as autoScalingModel } from '../../../local/cloud/autoScaling/service.ts';
import type { CallObserver, CloudCall } from '../../../local/cloud/cloud.ts';
import { dynamodb as dynamodbModel } from '../../../local/cloud/dynamodb/service.ts';
import { defineEc2Jobs, ec2 as ec2Model } from '../../../local/cloud/ec2/service.ts';
import { assumeRole } from '../../../local/cloud/iam/assumeRole.ts';
import { iam as iamModel } from '../../../local/cloud/iam/service.ts';
import { kms as kmsModel } from '../../../local/cloud/kms/service.ts';
import type { RoleSession } from '../../../local/cloud/principal.ts';
import { s3 as s3Model } from '../../../local/cloud/s3/service.ts';
import { callAs, connectClient } from '../../../local/cloud/sdk.ts';
import { appliedQuotas } from '../../../local/cloud/serviceQuotas/quotas.ts';
import { attemptsOf } from '../../../local/deployment/clients.ts';
import { putObjectOnce } from '../../../shared/aws/assetObjects.ts';
import { keyBlueprints } from '../../../shared/blueprint/keys.ts';
import { bundleKey, type MachinePlace, placeName } from '../../../shared/blueprint/machinePlace.ts';
import type { Plan } from '../../../shared/blueprint/plan.ts';
import { autoScaling } from '../../../shared/clients/autoScaling.ts';
import { dynamodb } from '../../../shared/clients/dynamodb.ts';
import { ec2 } from '../../../shared/clients/ec2.ts';
import { iam } from '../../../shared/clients/iam.ts';
import { kms } from '../../../shared/clients/kms.ts';
import { kmsOnce } from '../../../shared/clients/kmsOnce.ts';
import { s3 } from '../../../shared/clients/s3.ts';
import { stepFunctions } from '../../../shared/clients/stepFunctions.ts';
import { useEnvironment } from '../../../shared/environment.ts';
import { renderBundle } from '../../../shared/machine/renderBundle.ts';
import { awaitReports } from '../../../shared/reports/awaitReports.ts';
import type { RunContext } from '../../../shared/runContext.ts';
import { listAuthorities } from '../../../shared/store/authorities.ts';
import { writeBundleRow } from '../../../shared/store/bundles.ts';
import { writeCluster } from '../../../shared/store/clusters.ts';
import { writeSlot, writeTemplate } from '../../../shared/store/machines.ts';
import { storePlan } from '../../../shared/store/plans.ts';
import { writeRow } from '../../../shared/store/table.ts';
import type { Awaited, Wait } from '../../../shared/store/waits.ts';
import { aBlueprint, someVolumeIds } from '../../support/aBlueprint.ts';
import { statementsOf } from '../../support/policyFile.ts';
import { administrator, type TestCloud, testCloud, testWorld } from '../../support/testWorld.ts';
import { someFacts } from '../spec/aSpec.ts';
import { type CompletedToken, statesStandIn } from './statesStandIn.ts';

for (const client of [autoScaling, dynamodb, ec2, iam, kms, kmsOnce, s3, stepFunctions])
  connectClient(client, attemptsOf(client));

const table = 'clusters';
const bucket = 'kubestep-test';
const account = '123456789012';
const image = 'ami-0a1c6e1b5d0f61201'; // Amazon Linux 2023, arm64
const endpoint = 'demo-api.elb.us-east-1.amazonaws.com';

/** A machine as the Node API sees it: its role's session, named after the instance. */
export interface Machine {
  readonly instanceId: string;
  readonly session: RoleSession;
}

export interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

/** A cluster whose authorities and bundles are stored, one master in its slot, and a group of workers. */
export interface NodeApiWorld {
  readonly aws: TestCloud;
  readonly plan: Plan;
  readonly planHash: string;
  readonly bundles: Readonly<Record<string, string>>;
  readonly master: Machine;
  readonly worker: Machine;
  /** The machine that the group has now. */
  workerNow(): Promise<Machine>;
  /** Every call that reached AWS since the last look. */
  calls(): readonly string[];
  /** Tokens that were completed. */
  readonly tokens: CompletedToken[];
  /** Launches an instance under a role of the cluster, in no slot and no group. */
  launch(role: 'master' | 'worker', options?: { roleName?: string; address?: string }): Promise<Machine>;
  /** The cluster's creation. */
  readonly run: RunContext;
  /** A state of the creation waits for what machines report. */
  wait(awaited: Awaited, as?: { state?: string; taskToken?: string; attempt?: number; branch?: string }): Promise<Wait>;
  request(
    machine: Machine,
    route: Route,
    content?: { query?: Record<string, string>; body?: unknown },
  ): Promise<Answer>;
  /** A request of a caller that claims to be this. */
  requestAs(claim: { userArn: string; callerId: string }, route: Route, body?: unknown): Promise<Answer>;
  as<Result>(work: () => Promise<Result>): Promise<Result>;
}

export type Route = 'getBundle' | 'getEtcd' | 'postCertificates' | 'postReport' | 'postPodRange';

/** Builds the world with the functions themselves, under their own roles. */
export async function nodeApiWorld(): Promise<NodeApiWorld> {
  const seen: string[] = [];
  const tokens: CompletedToken[] = [];
  const observer: CallObserver = {
    before: ({ service, operation: name }: CloudCall) => void seen.push(`${service}:${name}`),
  };
  const services = [
    ec2Model,
    autoScalingModel,
    dynamodbModel,
    iamModel,
    kmsModel,
    s3Model,
    statesStandIn(tokens),
  ] as const;
  const aws = testCloud([...services], { world: testWorld(), observers: [observer] });
  const { world, cloud } = aws;
  defineEc2Jobs(world);
  defineAutoScalingJobs(world);
  for (const code of ['L-1216C47A', 'L-34B43A08']) appliedQuotas(world).put(code, 1000);
  const random = (length: number) => Uint8Array.from({ length }, () => Math.floor(world.random.next() * 256));
  useEnvironment({ now: () => new Date(world.clock.now()), randomBytes: random, fetch });
  process.env.TABLE_NAME = table;

  const as: NodeApiWorld['as'] = (work) => world.clock.runUntil(callAs({ cloud, principal: administrator }, work));
  const invoke = async (name: string, path: string, event: unknown) => {
    const roleArn = await roleFor(aws, name, path);
    const { handler } = (await import(`../../../${path}.ts`)) as {
      handler: (event: unknown, context: object) => Promise<never>;
    };
    const principal = assumeRole(world, roleArn, name, 'lambda.amazonaws.com');
    return world.clock.runUntil(callAs({ cloud, principal }, () => handler(event, {})));
  };

  await deployment(aws);
  const plan = aPlan();
  const planHash = await as(() => storePlan(plan));
  await recordCluster(as, plan, planHash);
  const run = {
    runId: 'run-1',
    operation: 'createCluster',
    clusterName: 'demo',
    clusterId: 'demo-x7k2p',
    planHash,
    executionArn: `arn:aws:states:us-east-1:${account}:execution:createCluster:run-1`,
    fence: 1,
    branch: '',
  };
  const holder = { executionArn: run.executionArn, runId: run.runId, operation: run.operation, since: 'now' };
  await as(() => writeRow({ pk: 'cluster#demo', sk: 'lock', fence: 1, holder }));
  const { keyArns } = await invoke('createKeys', 'functions/steps/authorities/createKeys', { run, attempt: 0 });
  await invoke('issueCerts', 'functions/steps/authorities/issueCerts', { run, attempt: 0, keyArns });
  const bundles = await storeBundles(as, plan);

  const network = await aNetwork(aws);
  for (const role of ['master', 'worker']) await machineRole(aws, `demo-x7k2p-us-east-1-${role}`);
  const launch: NodeApiWorld['launch'] = async (role, options = {}) => {
    const name = options.roleName ?? `demo-x7k2p-us-east-1-${role}`;
    const { NetworkInterface } = await aws.call<{ NetworkInterface: { NetworkInterfaceId: string } }>(
      'CreateNetworkInterface',
      { SubnetId: network.subnetId, ...(options.address && { PrivateIpAddress: options.address }) },
    );
    const { Instances } = await aws.call<{ Instances: { InstanceId: string }[] }>('RunInstances', {
      ImageId: image,
      InstanceType: 't4g.small',
      NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: NetworkInterface.NetworkInterfaceId }],
      IamInstanceProfile: { Name: name },
      MinCount: 1,
      MaxCount: 1,
    });
    await world.clock.advance({ minutes: 1 });
    return machineOf(aws, Instances[0]?.InstanceId ?? '', name);
  };

  const master = await launch('master', { address: '10.0.0.10' });
  await as(() => writeSlot('demo-x7k2p', { slotKey: 'master-0', attempt: 0, instanceId: master.instanceId, planHash }));
  const general = { group: 'general', planHash, bundle: bundles['group/general'] ?? '' };
  await as(() => writeTemplate('demo-x7k2p', 'demo-x7k2p-general', '1', general));
  const worker = await aWorker(aws, network.subnetId);

  const requestAs: NodeApiWorld['requestAs'] = (claim, route, body) =>
    invoke(route, `functions/nodeApi/${route}`, httpEvent(claim, undefined, body));
  return {
    aws,
    plan,
    planHash,
    bundles,
    master,
    worker,
    workerNow: () => groupMember(aws),
    tokens,
    launch,
    as,
    run,
    wait: (awaited, { state = 'LaunchEtcd', taskToken = 'token', attempt = 0, branch = '' } = {}) =>
      as(() => awaitReports({ run: { ...run, branch }, attempt, state, taskToken }, awaited)),
    calls: () => seen.splice(0),
    requestAs,
    request: ({ session, instanceId }, route, { query, body } = {}) => {
      const name = session.roleArn.split('/').at(-1);
      const claim = {
        userArn: `arn:aws:sts::${account}:assumed-role/${name}/${instanceId}`,
        callerId: `${session.roleId}:${instanceId}`,
      };
      return invoke(route, `functions/nodeApi/${route}`, httpEvent(claim, query, body));
    },
  };
}

const httpEvent = (claim: { userArn: string; callerId: string }, query?: Record<string, string>, body?: unknown) => ({
  version: '2.0',
  routeKey: 'ANY',
  isBase64Encoded: false,
  ...(query && { queryStringParameters: query }),
  ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  requestContext: { authorizer: { iam: { accountId: account, accessKey: 'ASIA', userId: claim.callerId, ...claim } } },
});

function aPlan(): Plan {
  const facts = someFacts({ clusterId: 'demo-x7k2p' });
  const deployment = {
    ...facts.deployment,
    bucket,
    signingRoleArns: ['issueCerts', 'postCertificates'].map(roleArnOf),
    keyPolicyRoleArn: roleArnOf('issueCerts'),
    keyDeletionRoleArns: ['deleteKeys'].map(roleArnOf),
  };
  const blueprint = aBlueprint({ keys: keyBlueprints({ ...facts, deployment }) });
  return { spec: {} as Plan['spec'], generation: 1, facts: { ...facts, account, deployment }, blueprint };
}

async function deployment({ call, world }: TestCloud): Promise<void> {
  await call('dynamodb:CreateTable', {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  });
  await call('s3:CreateBucket', { Bucket: bucket });
  const authorities = ['issueCerts', 'createKeys'];
  for (const role of [...authorities, 'getBundle', 'getEtcd', 'postCertificates', 'postReport', 'postPodRange']) {
    await call('iam:CreateRole', { RoleName: roleNameOf(role), AssumeRolePolicyDocument: trust('lambda') });
  }
  await call('iam:CreateServiceLinkedRole', { AWSServiceName: 'autoscaling.amazonaws.com' });
  await world.clock.runUntil(sleep(world.clock, 60_000)); // until the table is active and IAM shows the roles
}

function recordCluster(as: NodeApiWorld['as'], plan: Plan, planHash: string): Promise<void> {
  return as(() =>
    writeCluster({
      name: 'demo',
      clusterId: plan.facts.clusterId,
      status: 'creating',
      environment: 'test',
      region: 'us-east-1',
      kubernetesVersion: '1.36.3',
      generation: 1,
      planHash,
      deletionProtection: false,
      createdAt: '2026-11-23T00:00:00Z',
    }),
  );
}

/** Stores the bundles of the first master and the workers; returns their hashes by machine. */
async function storeBundles(as: NodeApiWorld['as'], { blueprint, facts }: Plan): Promise<Record<string, string>> {
  const rows = await as(() => listAuthorities(facts.clusterId));
  const pem = (name: string) => rows.find((row) => row.name === name)?.pem ?? '';
  const authorities = { kubernetes: pem('kubernetes-ca'), etcd: pem('etcd-ca'), 'front-proxy': pem('front-proxy-ca') };
  const machines: MachinePlace[] = [
    { role: 'master', slot: 'master-0' },
    { role: 'master', slot: 'master-1' },
    { role: 'worker', group: 'general' },
  ];
  const volumeIds = someVolumeIds(blueprint);
  const hashes: Record<string, string> = {};
  for (const machine of machines) {
    const shared = { blueprint, endpoint, deployment: facts.deployment, authorities, wrappedKeys: [], volumeIds };
    const { text, sha256 } = renderBundle({ ...shared, machine, serviceAccountPublicKey: pem('service-account') });
    const key = bundleKey(facts.clusterId, machine.role, sha256);
    await as(() => putObjectOnce({ bucket, key }, Buffer.from(text), sha256));
    await as(() =>
      writeBundleRow(facts.clusterId, {
        machine: placeName(machine),
        sha256,
        objectKey: key,
        endpoint,
      }),
    );
    hashes[placeName(machine)] = sha256;
  }
  return hashes;
}

async function aNetwork({ call }: TestCloud): Promise<{ subnetId: string }> {
  const { Vpc } = await call<{ Vpc: { VpcId: string } }>('CreateVpc', { CidrBlock: '10.0.0.0/16' });
  const { Subnet } = await call<{ Subnet: { SubnetId: string } }>('CreateSubnet', {
    VpcId: Vpc.VpcId,
    CidrBlock: '10.0.0.0/20',
    AvailabilityZone: 'us-east-1a',
  });
  return { subnetId: Subnet.SubnetId };
}

/** A role for machines with its instance profile. */
export async function machineRole({ call, world }: TestCloud, name: string): Promise<void> {
  await call('iam:CreateRole', { Path: rolePath, RoleName: name, AssumeRolePolicyDocument: trust('ec2') });
  await call('iam:CreateInstanceProfile', { Path: rolePath, InstanceProfileName: name });
  await call('iam:AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName: name });
  await world.clock.runUntil(sleep(world.clock, 60_000));
}

async function aWorker(aws: TestCloud, subnetId: string): Promise<Machine> {
  const { LaunchTemplate } = await aws.call<{ LaunchTemplate: { LaunchTemplateId: string } }>('CreateLaunchTemplate', {
    LaunchTemplateName: 'demo-x7k2p-general',
    LaunchTemplateData: {
      ImageId: image,
      InstanceType: 't4g.small',
      IamInstanceProfile: { Name: 'demo-x7k2p-us-east-1-worker' },
    },
  });
  await aws.call('autoscaling:CreateAutoScalingGroup', {
    AutoScalingGroupName: 'demo-x7k2p-general',
    LaunchTemplate: { LaunchTemplateId: LaunchTemplate.LaunchTemplateId, Version: '1' },
    VPCZoneIdentifier: subnetId,
    MinSize: 1,
    MaxSize: 1,
  });
  await aws.world.clock.advance({ minutes: 2 });
  return groupMember(aws);
}

async function groupMember(aws: TestCloud): Promise<Machine> {
  const { AutoScalingInstances } = await aws.call<{ AutoScalingInstances: { InstanceId: string }[] }>(
    'autoscaling:DescribeAutoScalingInstances',
  );
  return machineOf(aws, AutoScalingInstances[0]?.InstanceId ?? '', 'demo-x7k2p-us-east-1-worker');
}

function machineOf({ world }: TestCloud, instanceId: string, roleName: string): Machine {
  const roleArn = `arn:aws:iam::${account}:role${rolePath}${roleName}`;
  return { instanceId, session: assumeRole(world, roleArn, instanceId, 'ec2.amazonaws.com') };
}

const trust = (service: 'lambda' | 'ec2') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
  });

/** Machine roles' path: part of what functions' policies name. */
const rolePath = '/kubestep/kubestep-dev-us-east-1/';

const roleNameOf = (name: string) => `kubestep-test-${name.charAt(0).toUpperCase()}${name.slice(1)}Role-1X2Y3Z`;
const roleArnOf = (name: string) => `arn:aws:iam::${account}:role/${roleNameOf(name)}`;

/** The function's role with exactly its policy file, and what every step may read. */
async function roleFor({ call, world }: TestCloud, name: string, path: string): Promise<string> {
  const { PolicyNames } = await call<{ PolicyNames: string[] }>('iam:ListRolePolicies', { RoleName: roleNameOf(name) });
  if (PolicyNames.length === 0) {
    const statements = statementsOf(`${path}.policy.yml`, references);
    const reading = {
      Effect: 'Allow',
      Action: 'dynamodb:GetItem',
      Resource: references['ClustersTable.Arn'],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['cluster#*', 'plan#*'] } },
    };
    const Statement = path.includes('nodeApi') ? statements : [...statements, reading];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await call('iam:PutRolePolicy', { RoleName: roleNameOf(name), PolicyName: 'function', PolicyDocument });
    await world.clock.runUntil(sleep(world.clock, 60_000));
  }
  return roleArnOf(name);
}

const references: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': account,
  'Bucket.Arn': `arn:aws:s3:::${bucket}`,
  'ClustersTable.Arn': `arn:aws:dynamodb:us-east-1:${account}:table/${table}`,
};
