import { createHash } from 'node:crypto';
import { executionArn, stateMachineName } from './arns.ts';
import { topStrand } from './ending.ts';
import type { EngineCore } from './engineCore.ts';
import { StepFunctionsError } from './failures.ts';
import type { Json } from './json.ts';
import { uuid } from './random.ts';
import type { Execution, Strand, StrandReference } from './records.ts';
import type { Step, Turn } from './turn.ts';

/** An execution to be started. */
export interface StartRequest {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  /** The step of a strand that starts it: the same step again, in a new process, gets the same execution. */
  readonly startedBy?: StrandReference;
  /** The step that waits for its end. */
  readonly waitedForBy?: StrandReference;
}

/** Starts an execution of a state machine; the same name and input again, while it runs, is the same execution. */
export async function startExecution(core: EngineCore, request: StartRequest): Promise<Execution> {
  const { stateMachineArn, name, input, startedBy, waitedForBy } = request;
  const machine = core.options.findStateMachine(stateMachineArn);
  if (machine === undefined) {
    throw new StepFunctionsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
  }
  const arn = executionArn(stateMachineArn, name);
  const existing = core.ledger.executions.get(arn);
  if (existing !== undefined) return sameExecution(core, existing, request);
  const definition = createHash('sha256').update(machine.definition).digest('hex');
  const { TimeoutSeconds } = core.learn(definition, machine.definition);
  const now = core.options.clock.now();
  const execution: Execution = {
    executionArn: arn,
    stateMachineArn,
    stateMachineName: stateMachineName(stateMachineArn),
    name,
    roleArn: machine.roleArn,
    definition,
    path: [],
    status: 'RUNNING',
    input,
    startDate: now,
    ...(TimeoutSeconds !== undefined && { timeoutAt: now + TimeoutSeconds * 1000 }),
    redriveCount: 0,
    ...(startedBy !== undefined && { startedBy }),
    ...(waitedForBy !== undefined && { waitedForBy }),
  };
  await begin(core, execution, machine.definition);
  return execution;
}

/** Starts the child of a Map run that works on the item of that index. */
export function startMapChild({ turn, strand }: Step, mapRunArn: string, index: number): void {
  const { execution } = turn;
  const core = turn.run.engine;
  const { label, items } = core.mapRun(mapRunArn);
  const name = uuid(core.options.random);
  const { input = null, value = null } = items[index] ?? {};
  void begin(core, {
    executionArn: executionArn(execution.stateMachineArn, name, label),
    stateMachineArn: execution.stateMachineArn,
    stateMachineName: `${execution.stateMachineName}/${label}`,
    name,
    roleArn: execution.roleArn,
    definition: execution.definition,
    path: [...strand.path, strand.state],
    status: 'RUNNING',
    input: JSON.stringify(input),
    startDate: core.options.clock.now(),
    redriveCount: 0,
    mapRunArn,
    item: { index, value },
  });
}

async function begin(core: EngineCore, execution: Execution, definition?: string): Promise<void> {
  // The record must be known before the run is made; it becomes safe with the first turn.
  core.ledger.addExecution(execution);
  await core.run(execution.executionArn).turn((turn) => {
    if (definition !== undefined) turn.batch.putDefinition(execution.definition, definition);
    turn.batch.putExecution(execution);
    turn.afterwards(() => core.runs(execution.executionArn));
    putTopStrand(turn, execution);
  });
}

function putTopStrand(turn: Turn, { executionArn: arn, input, path, roleArn }: Execution): void {
  turn.append('ExecutionStarted', 0, { input, inputDetails: { truncated: false }, roleArn });
  const strand: Strand = {
    executionArn: arn,
    id: topStrand,
    index: 0,
    path,
    status: 'RUNNING',
    state: '',
    input: JSON.parse(input) as Json,
    variables: {},
    enteredEventId: 0,
    enteredAt: turn.now,
    lastEventId: 0,
    retries: [],
    step: 0,
    phase: { name: 'entering' },
  };
  turn.batch.putStrand({ ...strand, state: turn.run.groupOf(strand).StartAt });
  turn.afterwards(() => turn.run.continue(topStrand));
}

async function sameExecution(core: EngineCore, existing: Execution, request: StartRequest): Promise<Execution> {
  const { startedBy, input } = request;
  const isSame =
    startedBy === undefined
      ? existing.status === 'RUNNING' && existing.input === input
      : isSameStep(existing.startedBy, startedBy);
  if (!isSame) {
    throw new StepFunctionsError('ExecutionAlreadyExists', `Execution Already Exists: '${existing.executionArn}'`);
  }
  // The first request may not be safe yet; this one is answered after it.
  if (existing.status === 'RUNNING') await core.run(existing.executionArn).turn(() => {});
  return existing;
}

function isSameStep(one: StrandReference | undefined, other: StrandReference): boolean {
  return one?.executionArn === other.executionArn && one.strand === other.strand && one.step === other.step;
}
