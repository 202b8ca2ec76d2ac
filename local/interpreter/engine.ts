import { childEnded } from './children.ts';
import { type ExecutionDescription, redrivability } from './description.ts';
import { EngineCore } from './engineCore.ts';
import type { EngineOptions } from './engineOptions.ts';
import { StepFunctionsError } from './failures.ts';
import type { Json } from './json.ts';
import { textExceedsPayloadLimit } from './limits.ts';
import { countsOf, type MapRunCounts } from './mapRuns.ts';
import { notifyParent } from './notifyParent.ts';
import { proceed } from './proceed.ts';
import { uuid } from './random.ts';
import type { Execution, ExecutionStatus, HistoryEvent, MapRun } from './records.ts';
import { recover } from './recovery.ts';
import { redrive } from './redrive.ts';
import { startExecution } from './starting.ts';
import { stopExecution } from './stopping.ts';
import { answerToken, heartbeat } from './tokens.ts';

/** A Map run as DescribeMapRun shows it. */
export type MapRunDescription = Omit<MapRun, 'items' | 'strand'> & {
  readonly itemCounts: MapRunCounts;
  readonly executionCounts: MapRunCounts;
};

/** A Step Functions of our own: the operations on executions, under AWS's names and with AWS's errors. */
export interface Engine {
  /** Starts an execution. Without a name it gets a random one; the same name with the same input, while it runs, is the same execution. */
  start(request: {
    readonly stateMachineArn: string;
    readonly name?: string;
    readonly input?: string;
  }): Promise<Execution>;
  describe(executionArn: string): ExecutionDescription;
  /** Newest first. */
  list(filter: {
    readonly stateMachineArn?: string;
    readonly mapRunArn?: string;
    readonly status?: ExecutionStatus;
  }): ExecutionDescription[];
  /** The definition that the execution started with. */
  definitionOf(executionArn: string): string;
  history(executionArn: string): readonly HistoryEvent[];
  stop(request: {
    readonly executionArn: string;
    readonly error?: string;
    readonly cause?: string;
  }): Promise<{ readonly stopDate: number }>;
  /** Continues a failed execution where it failed. */
  redrive(executionArn: string): Promise<{ readonly redriveDate: number }>;
  sendTaskSuccess(request: { readonly taskToken: string; readonly output: string }): Promise<void>;
  sendTaskFailure(request: {
    readonly taskToken: string;
    readonly error?: string;
    readonly cause?: string;
  }): Promise<void>;
  sendTaskHeartbeat(request: { readonly taskToken: string }): Promise<void>;
  describeMapRun(mapRunArn: string): MapRunDescription;
  listMapRuns(executionArn: string): MapRunDescription[];
  /** Resolves when the execution has ended, however. */
  whenEnded(executionArn: string): Promise<Execution>;
  /** Continues everything that was in progress when an earlier process died. To be called once, before anything else. */
  recover(): Promise<void>;
}

/** Names of executions (source: StartExecution's reference): 1 to 80 characters, none of them white space, a bracket, a wildcard or special. */
const executionName = /^[^\s?*<>{}[\]"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

/** An engine over what the store holds. */
export function createEngine(options: EngineOptions): Engine {
  const core = new EngineCore(options, { proceed, childEnded, stopExecution, notifyParent });
  const { clock, random } = options;

  const describe = (execution: Execution): ExecutionDescription => ({
    ...execution,
    ...redrivability(execution, core.ledger.eventsOf(execution.executionArn).length, clock.now()),
  });

  const describeMapRun = ({ items, strand, ...run }: MapRun): MapRunDescription => {
    const children = core.childrenOf(run.mapRunArn);
    const whole = { ...run, items, strand };
    return { ...run, itemCounts: countsOf(whole, children, true), executionCounts: countsOf(whole, children, false) };
  };

  return {
    async start({ stateMachineArn, name = uuid(random), input = '{}' }) {
      if (!executionName.test(name)) throw new StepFunctionsError('InvalidName', `Invalid Name: '${name}'`);
      checkInput(input);
      return startExecution(core, { stateMachineArn, name, input });
    },

    describe: (arn) => describe(core.execution(arn)),

    list({ stateMachineArn, mapRunArn, status }) {
      const executions = mapRunArn === undefined ? [...core.ledger.executions.values()] : core.childrenOf(mapRunArn);
      return executions
        .filter((execution) => mapRunArn !== undefined || execution.mapRunArn === undefined)
        .filter((execution) => stateMachineArn === undefined || execution.stateMachineArn === stateMachineArn)
        .filter((execution) => status === undefined || execution.status === status)
        .reverse()
        .map(describe);
    },

    definitionOf: (arn) => core.ledger.definitions.get(core.execution(arn).definition) ?? '',

    history(arn) {
      core.execution(arn);
      return core.ledger.eventsOf(arn);
    },

    async stop({ executionArn: arn, error, cause }) {
      core.execution(arn);
      const failure = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
      await core.run(arn).turn((turn) => stopExecution(turn, failure));
      return { stopDate: core.execution(arn).stopDate ?? clock.now() };
    },

    async redrive(arn) {
      await redrive(core, describe(core.execution(arn)));
      return { redriveDate: core.execution(arn).redriveDate ?? clock.now() };
    },

    async sendTaskSuccess({ taskToken, output }) {
      if (textExceedsPayloadLimit(output))
        throw new StepFunctionsError('InvalidOutput', 'Invalid Output: the output is too large');
      await answerToken(core, taskToken, { output: parse(output, 'InvalidOutput', 'Invalid Output') });
    },

    sendTaskFailure: ({ taskToken, error, cause }) =>
      answerToken(core, taskToken, {
        failure: { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) },
      }),

    sendTaskHeartbeat: ({ taskToken }) => heartbeat(core, taskToken),

    describeMapRun: (arn) => describeMapRun(core.mapRun(arn)),

    listMapRuns(arn) {
      return [...core.ledger.mapRuns.values()].filter((run) => run.executionArn === arn).map(describeMapRun);
    },

    whenEnded: (arn) => core.whenEnded(arn),
    recover: () => recover(core),
  };
}

function checkInput(input: string): void {
  if (textExceedsPayloadLimit(input)) {
    throw new StepFunctionsError(
      'InvalidExecutionInput',
      'Invalid State Machine Execution Input: the input is too large',
    );
  }
  parse(input, 'InvalidExecutionInput', 'Invalid State Machine Execution Input');
}

function parse(text: string, name: string, message: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new StepFunctionsError(name, `${message}: '${(error as Error).message}'`);
  }
}
