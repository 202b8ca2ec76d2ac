import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sleep } from '../../../local/clock/clock.ts';
import { defineAutoScalingJobs } from '../../../local/cloud/autoScaling/groupJobs.ts';
import { autoScaling as autoScalingModel } from '../../../local/cloud/autoScaling/service.ts';
import type { CallObserver, CloudCall } from '../../../local/cloud/cloud.ts';
import { dynamodb as dynamodbModel } from '../../../local/cloud/dynamodb/service.ts';
import { publicImages } from '../../../local/cloud/ec2/images.ts';
import { defineEc2Jobs, ec2 as ec2Model } from '../../../local/cloud/ec2/service.ts';
import { defineLoadBalancerJobs } from '../../../local/cloud/elasticLoadBalancing/loadBalancerJobs.ts';
import { elasticLoadBalancing as balancingModel } from '../../../local/cloud/elasticLoadBalancing/service.ts';
import { assumeRole } from '../../../local/cloud/iam/assumeRole.ts';
import { iam as iamModel } from '../../../local/cloud/iam/service.ts';
import { kms as kmsModel } from '../../../local/cloud/kms/service.ts';
import { s3 as s3Model } from '../../../local/cloud/s3/service.ts';
import { callAs, connectClient } from '../../../local/cloud/sdk.ts';
import { appliedQuotas } from '../../../local/cloud/serviceQuotas/quotas.ts';
import { attemptsOf } from '../../../local/deployment/clients.ts';
import { redriveWeight } from '../../../shared/aws/adoption.ts';
import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import type { Plan } from '../../../shared/blueprint/plan.ts';
import { autoScaling } from '../../../shared/clients/autoScaling.ts';
import { dynamodb } from '../../../shared/clients/dynamodb.ts';
import { ec2 } from '../../../shared/clients/ec2.ts';
import { ec2Once } from '../../../shared/clients/ec2Once.ts';
import { elasticLoadBalancing } from '../../../shared/clients/elasticLoadBalancing.ts';
import { iam } from '../../../shared/clients/iam.ts';
import { kms } from '../../../shared/clients/kms.ts';
import { kmsOnce } from '../../../shared/clients/kmsOnce.ts';
import { s3 } from '../../../shared/clients/s3.ts';
import { useEnvironment } from '../../../shared/environment.ts';
import type { StepHandler } from '../../../shared/step/step.ts';
import { storePlan } from '../../../shared/store/plans.ts';
import { writeRow } from '../../../shared/store/table.ts';
import { statementsOf } from '../../support/policyFile.ts';
import { storeTable } from '../../support/storeTable.ts';
import { administrator, type TestCloud, testCloud, testWorld } from '../../support/testWorld.ts';
import { aSpec, type Changes, someFacts } from '../spec/aSpec.ts';

const used = [autoScaling, dynamodb, ec2, ec2Once, elasticLoadBalancing, iam, kms, kmsOnce, s3];
for (const client of used) connectClient(client, attemptsOf(client));

const table = 'clusters';
const bucket = 'kubestep-test';
const boundaryArn = 'arn:aws:iam::123456789012:policy/boundary';

/** An account with the deployment's table, bucket and boundary, a stored plan, and a run that holds the cluster's lock. */
export interface Steps {
  readonly aws: TestCloud;
  readonly plan: Plan;
  readonly clusterId: string;
  /** Runs a function as its own role, with exactly its policy, and again after a pause for as long as it is NotReady. */
  run(name: string, input?: object, options?: RunOptions): Promise<Record<string, unknown>>;
  /** Runs a function once. */
  once(name: string, input?: object, attempt?: number): Promise<Record<string, unknown>>;
  /** Continues in a new execution of the run, as where Step Functions refuses to redrive the old one. */
  startAgain(): Promise<void>;
}

interface RunOptions {
  readonly attempt?: number;
  readonly pauseSeconds?: number;
}

/** Steps of a fresh cluster. */
export async function steps(changes: Changes = {}, observers: readonly CallObserver[] = []): Promise<Steps> {
  const aws = testCloud([ec2Model, autoScalingModel, balancingModel, dynamodbModel, iamModel, kmsModel, s3Model], {
    world: testWorld(),
    observers,
  });
  const { world, cloud } = aws;
  defineEc2Jobs(world);
  defineAutoScalingJobs(world);
  defineLoadBalancerJobs(world);
  for (const code of ['L-1216C47A', 'L-34B43A08']) appliedQuotas(world).put(code, 1000);
  useEnvironment({ now: () => new Date(world.clock.now()), randomBytes: (length) => new Uint8Array(length), fetch });
  process.env.TABLE_NAME = table;
  process.env.BUCKET_NAME = bucket;

  const asAdministrator = <Result>(work: () => Promise<Result>) =>
    world.clock.runUntil(callAs({ cloud, principal: administrator }, work));
  await aws.call('dynamodb:CreateTable', storeTable(table));
  await world.clock.runUntil(sleep(world.clock, 60_000)); // until the table is active
  await aws.call('iam:CreatePolicy', { PolicyName: 'boundary', PolicyDocument: JSON.stringify(allowEverything) });

  const plan = aPlan(changes);
  const { cluster } = plan.blueprint;
  const run = {
    runId: 'run-1',
    operation: 'createCluster',
    clusterName: cluster.name,
    clusterId: cluster.id,
    planHash: await asAdministrator(() => storePlan(plan)),
    executionArn: 'arn:aws:states:us-east-1:123456789012:execution:createCluster:run-1',
    fence: 1,
    branch: '',
  };
  const holdLock = async () => {
    const holder = { executionArn: run.executionArn, runId: run.runId, operation: run.operation, since: 'now' };
    await asAdministrator(() => writeRow({ pk: `cluster#${cluster.name}`, sk: 'lock', fence: 1, holder }));
  };
  await holdLock();
  const startAgain = async () => {
    run.executionArn += '--2';
    await holdLock();
  };

  const once: Steps['once'] = async (name, input = {}, attempt = 0) => {
    const roleArn = await roleFor(aws, name);
    const principal = assumeRole(world, roleArn, name, 'lambda.amazonaws.com');
    const handler = await handlerOf(name);
    const answer = callAs({ cloud, principal }, () => handler({ run, attempt, ...input }, {}));
    return (await world.clock.runUntil(answer)) as Record<string, unknown>;
  };
  const runStep: Steps['run'] = async (name, input = {}, { attempt = 0, pauseSeconds = 10 } = {}) => {
    for (let [count, left] = [attempt, 200]; ; count += 1, left -= 1) {
      try {
        return await once(name, input, count);
      } catch (error) {
        const failure = error as Error;
        if (left === 0 || !['NotReady', 'Died'].includes(failure.name)) throw error;
        if (failure.name === 'Died')
          count += redriveWeight - 1 - (count % redriveWeight); // redriven at once
        else await world.clock.runUntil(sleep(world.clock, pauseSeconds * 1000));
      }
    }
  };
  return { aws, plan, clusterId: cluster.id, run: runStep, once, startAgain };
}

/** Every changing call of a function dies the first time it is made, before or after it took effect. */
export function everyCallDiesOnce(side: 'before' | 'after'): CallObserver & { readonly deaths: Set<string> } {
  const deaths = new Set<string>();
  const die = ({ principal, service, operation, input }: CloudCall) => {
    // The same call at another time, or after another resume, is the same call.
    const identity = JSON.stringify([service, operation, input])
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replace(/"resumed":\{"N":"\d+"\}/, '');
    if (principal.kind !== 'role' || /^(Describe|Get|List)/.test(operation) || deaths.has(identity)) return;
    deaths.add(identity);
    throw Object.assign(new Error(`died ${side} ${service}:${operation}`), { name: 'Died' });
  };
  return { deaths, [side]: die };
}

function aPlan(changes: Changes): Plan {
  const image = (name: string) =>
    publicImages.find(({ parameters }) => parameters.some((path) => path.includes(name)))?.id;
  const facts = someFacts({ images: { 'al2023/arm64': image('al2023-ami-kernel-6.12-arm64') ?? '' } });
  const spec = aSpec(changes);
  const signingRoleArns = [roleArnOf('issueCerts')];
  const keyDeletionRoleArns = ['deleteKeys'].map(roleArnOf);
  const deployment = {
    ...facts.deployment,
    permissionsBoundaryArn: boundaryArn,
    signingRoleArns,
    keyPolicyRoleArn: roleArnOf('issueCerts'),
    keyDeletionRoleArns,
  };
  return { spec, generation: 1, facts: { ...facts, deployment }, blueprint: buildBlueprint(spec, facts) };
}

const allowEverything = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

const lambdaTrust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** Where a step lies, by the name of its file. */
function pathOf(name: string, ending: string): string {
  const found = stepFiles.find((file) => basename(file) === `${name}${ending}`);
  if (!found) throw new Error(`No step is called ${name}`);
  return join('functions/steps', found);
}

const stepFiles = readdirSync('functions/steps', { recursive: true, encoding: 'utf8' });

async function handlerOf(name: string): Promise<StepHandler<unknown>> {
  const module = (await import(`../../../${pathOf(name, '.ts')}`)) as { handler: StepHandler<unknown> };
  return module.handler;
}

/** As CloudFormation would name the role. */
const roleNameOf = (name: string) => `kubestep-test-${name.charAt(0).toUpperCase()}${name.slice(1)}Role-1X2Y3Z`;
const roleArnOf = (name: string) => `arn:aws:iam::123456789012:role/${roleNameOf(name)}`;

/** The role of a function: its policy file, and the reading of lock and plan that every function is given. */
async function roleFor({ call, world }: TestCloud, name: string): Promise<string> {
  const roleArn = roleArnOf(name);
  const RoleName = roleNameOf(name);
  const statements = statementsOf(pathOf(name, '.policy.yml'), references);
  const reading = {
    Effect: 'Allow',
    Action: 'dynamodb:GetItem',
    Resource: `arn:aws:dynamodb:us-east-1:123456789012:table/${table}`,
  };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [...statements, reading] });
  try {
    await call('iam:CreateRole', { RoleName, AssumeRolePolicyDocument: JSON.stringify(lambdaTrust) });
    await call('iam:PutRolePolicy', { RoleName, PolicyName: 'step', PolicyDocument });
    await world.clock.runUntil(sleep(world.clock, 60_000)); // until IAM shows it everywhere
  } catch (error) {
    if (!(error as Error).name.startsWith('EntityAlreadyExists')) throw error;
  }
  return roleArn;
}

const references: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '123456789012',
  'Bucket.Arn': `arn:aws:s3:::${bucket}`,
  'ClustersTable.Arn': `arn:aws:dynamodb:us-east-1:123456789012:table/${table}`,
  PermissionsBoundary: boundaryArn,
};
