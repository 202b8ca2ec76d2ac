import type { Clock } from '../clock/clock.ts';
import { defineAutoScalingJobs } from '../cloud/autoScaling/groupJobs.ts';
import { autoScaling } from '../cloud/autoScaling/service.ts';
import { type CallObserver, type Cloud, createCloud } from '../cloud/cloud.ts';
import { type Delays, medianDelays } from '../cloud/delays.ts';
import { dynamodb } from '../cloud/dynamodb/service.ts';
import { defineEc2Jobs, ec2 } from '../cloud/ec2/service.ts';
import { ecr } from '../cloud/ecr/service.ts';
import { defineLoadBalancerJobs } from '../cloud/elasticLoadBalancing/loadBalancerJobs.ts';
import { elasticLoadBalancing } from '../cloud/elasticLoadBalancing/service.ts';
import { createEventSink } from '../cloud/eventBridge/eventSink.ts';
import { defineEventBridgeJobs, eventBridge } from '../cloud/eventBridge/service.ts';
import { iam } from '../cloud/iam/service.ts';
import { type DurableJobs, durableJobs } from '../cloud/jobs.ts';
import { kms } from '../cloud/kms/service.ts';
import type { FunctionRuntime } from '../cloud/lambda/functions.ts';
import { createLambdaService } from '../cloud/lambda/service.ts';
import { logs } from '../cloud/logs/service.ts';
import type { Machines } from '../cloud/machinePort.ts';
import type { Service } from '../cloud/operation.ts';
import { seededRandom } from '../cloud/random.ts';
import { s3 } from '../cloud/s3/service.ts';
import { defineSchedulerJobs, scheduler } from '../cloud/scheduler/service.ts';
import { serviceQuotas } from '../cloud/serviceQuotas/service.ts';
import { defineSsmJobs, ssm } from '../cloud/ssm/service.ts';
import { authorizeChild } from '../cloud/stepFunctions/childExecutions.ts';
import { executionStore } from '../cloud/stepFunctions/executionStore.ts';
import { createStepFunctionsService } from '../cloud/stepFunctions/service.ts';
import { stateMachines } from '../cloud/stepFunctions/stateMachines.ts';
import { lambdaTasks } from '../cloud/stepFunctions/tasks.ts';
import { sts } from '../cloud/sts/service.ts';
import { Tables } from '../cloud/tables.ts';
import type { LargeBodies, World } from '../cloud/world.ts';
import { createFunctionRuntime, type FunctionFaults } from '../deployment/functionRuntime.ts';
import { type HttpRequest, type HttpResponse, requestHttpApi } from '../deployment/httpApi.ts';
import { createEngine, type Engine } from '../interpreter/engine.ts';
import type { Tasks } from '../interpreter/engineOptions.ts';
import {
  createSimulatedMachines,
  defineMachineJobs,
  type Surroundings,
} from '../machines/simulated/simulatedMachines.ts';
import { defineTargets } from './targets.ts';

/** What a world is put together from. */
export interface WorldOptions {
  readonly clock: Clock;
  readonly seed?: number;
  /** An earlier world's state to continue from. */
  readonly tables?: Tables;
  readonly delays?: Delays;
  readonly observers?: readonly CallObserver[];
  readonly faults?: FunctionFaults;
  /** Comes before what carries out the tasks of executions. */
  readonly tasks?: (tasks: Tasks) => Tasks;
  /** Loads a function's code by its source, `functions/steps/network/createVpc`. */
  readonly load: (source: string) => Promise<{ handler: (event: unknown, context: object) => Promise<unknown> }>;
  /** Called with jobs that failed by themselves; the world continues. */
  readonly jobFailed?: (kind: string, error: unknown) => void;
  /** What stands for instances; machines of the model where missing. */
  readonly machines?: (surroundings: Surroundings) => Machines;
  readonly largeBodies?: LargeBodies;
}

/** An account of the model, with everything that acts in it. */
export interface EmbeddedWorld {
  readonly world: World;
  readonly cloud: Cloud;
  readonly engine: Engine;
  readonly runtime: FunctionRuntime;
  readonly jobs: DurableJobs;
  readonly services: readonly Service[];
  /** The stack's HTTP API. */
  request(request: HttpRequest): Promise<HttpResponse>;
}

const account = '123456789012';
const region = 'us-east-1';

/** Puts an account together: empty, or with the state that `tables` hold. */
export function createWorld(options: WorldOptions): EmbeddedWorld {
  const { clock, seed = 1, tables = new Tables(), delays = medianDelays, observers = [] } = options;
  const random = seededRandom(seed);
  const jobs = durableJobs(clock, tables, options.jobFailed ?? (() => {}));

  const request = (http: HttpRequest): Promise<HttpResponse> => requestHttpApi(cloud, http);
  const surroundings: Surroundings = { cloud: () => cloud, request };
  const machines = (options.machines ?? createSimulatedMachines)(surroundings);
  const world: World = {
    account,
    region,
    zones: ['a', 'b', 'c', 'd'].map((letter, index) => ({ name: `${region}${letter}`, id: `use1-az${index + 1}` })),
    clock,
    random,
    tables,
    jobs,
    delays,
    machines,
    events: createEventSink(() => world),
    ...(options.largeBodies && { largeBodies: options.largeBodies }),
  };

  const runtime = createFunctionRuntime({
    cloud: () => cloud,
    load: options.load,
    ...(options.faults && { faults: options.faults }),
  });
  const services: readonly Service[] = [
    autoScaling,
    createLambdaService(runtime),
    createStepFunctionsService(() => engine),
    dynamodb,
    ec2,
    ecr,
    elasticLoadBalancing,
    eventBridge,
    iam,
    kms,
    logs,
    s3,
    scheduler,
    serviceQuotas,
    ssm,
    sts,
  ];
  const cloud = createCloud(world, services, observers);
  const engine = createEngine({
    clock,
    random: random.next,
    store: executionStore(tables),
    tasks: (options.tasks ?? ((tasks) => tasks))(lambdaTasks(() => cloud)),
    findStateMachine: (arn) => stateMachines(world).get(arn),
    authorizeChild: (child) => authorizeChild(world, child),
    onStatusChange: ({ execution }) => {
      world.events.emit({
        source: 'aws.states',
        detailType: 'Step Functions Execution Status Change',
        resources: [execution.executionArn],
        detail: statusDetail(execution),
      });
    },
  });

  for (const define of [
    defineAutoScalingJobs,
    defineEc2Jobs,
    defineEventBridgeJobs,
    defineLoadBalancerJobs,
    defineSchedulerJobs,
    defineSsmJobs,
  ]) {
    define(world);
  }
  defineMachineJobs(surroundings);
  defineTargets(world, runtime);
  return { world, cloud, engine, runtime, jobs, services, request };
}

/** The detail of AWS's event (Step Functions developer guide, "Automating Step Functions event delivery with EventBridge"). */
function statusDetail(
  execution: Parameters<NonNullable<Parameters<typeof createEngine>[0]['onStatusChange']>>[0]['execution'],
) {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, input, output, error, cause } = execution;
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate,
    stopDate: stopDate ?? null,
    input,
    output: output ?? null,
    error: error ?? null,
    cause: cause ?? null,
  };
}
