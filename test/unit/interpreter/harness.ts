import { sleep } from '../../../local/clock/clock.ts';
import { createVirtualClock, type VirtualClock } from '../../../local/clock/virtualClock.ts';
import { createEngine, type Engine } from '../../../local/interpreter/engine.ts';
import type { EngineOptions, TaskRequest } from '../../../local/interpreter/engineOptions.ts';
import { TaskFailure } from '../../../local/interpreter/failures.ts';
import type { Json, JsonObject } from '../../../local/interpreter/json.ts';
import type { Execution } from '../../../local/interpreter/records.ts';
import { createMemoryStore, type ExecutionStore } from '../../../local/interpreter/store.ts';

/** What a task answers: a value, a failure, or what it was given; after a while, or never. */
export interface Answer {
  readonly output?: Json;
  readonly echo?: boolean;
  readonly error?: string;
  readonly cause?: string;
  readonly afterSeconds?: number;
  readonly never?: boolean;
}

/** Answers by the name of the state, one an attempt; the last one is given again and again. */
export type Answers = Readonly<Record<string, readonly Answer[]>>;

export interface Setting {
  readonly definition?: JsonObject;
  /** Further machines by name. */
  readonly machines?: Readonly<Record<string, JsonObject>>;
  readonly answers?: Answers;
  readonly carryOut?: (request: TaskRequest) => Promise<Json>;
  readonly clock?: VirtualClock;
  readonly store?: ExecutionStore;
  readonly seed?: number;
  readonly items?: NonNullable<EngineOptions['items']>;
}

export const functionArn = 'arn:aws:lambda:eu-west-1:111111111111:function:work';
const prefix = 'arn:aws:states:eu-west-1:111111111111';

/** The ARN of the machine of that name. */
export function machineArn(name = 'machine'): string {
  return `${prefix}:stateMachine:${name}`;
}

/** An engine with the machine `machine`, scripted tasks and a virtual clock. */
export function anEngine(setting: Setting) {
  const {
    definition,
    machines = {},
    answers = {},
    clock = createVirtualClock(),
    store = createMemoryStore(),
    seed = 1,
    items,
  } = setting;
  const requests: TaskRequest[] = [];
  const statuses: string[] = [];
  const all: Readonly<Record<string, JsonObject>> = {
    ...machines,
    ...(definition !== undefined && { machine: definition }),
  };
  const carryOut = setting.carryOut ?? scripted(answers, clock);
  const engine = createEngine({
    clock,
    store,
    random: numbers(seed),
    tasks: {
      carryOut: (request) => {
        requests.push(request);
        return carryOut(request);
      },
    },
    ...(items !== undefined && { items }),
    findStateMachine: (stateMachineArn) => {
      const found = all[stateMachineArn.split(':')[6] ?? ''];
      if (found === undefined) return undefined;
      return {
        stateMachineArn,
        roleArn: 'arn:aws:iam::111111111111:role/machine',
        definition: JSON.stringify({ QueryLanguage: 'JSONata', ...found }),
      };
    },
    onStatusChange: ({ execution }) => statuses.push(`${execution.name} ${execution.status}`),
  });
  return { engine, clock, store, requests, statuses, start: starter(engine), run: runner(engine, clock) };
}

/** The types of an execution's events. */
export function types(engine: Engine, { executionArn }: { executionArn: string }): string[] {
  return engine.history(executionArn).map(({ type }) => type);
}

/** The parsed output of an execution. */
export function outputOf({ output }: { readonly output?: string }): Json | undefined {
  return output === undefined ? undefined : (JSON.parse(output) as Json);
}

function starter(engine: Engine) {
  return (input: Json = {}, name = 'run') =>
    engine.start({ stateMachineArn: machineArn(), name, input: JSON.stringify(input) });
}

function runner(engine: Engine, clock: VirtualClock) {
  return async (input: Json = {}, name = 'run'): Promise<Execution> => {
    const { executionArn } = await starter(engine)(input, name);
    return clock.runUntil(engine.whenEnded(executionArn));
  };
}

function scripted(answers: Answers, clock: VirtualClock) {
  const given = new Map<string, number>();
  return async ({ stateName, arguments: parameters }: TaskRequest): Promise<Json> => {
    const script = answers[stateName] ?? [{ echo: true }];
    const turn = given.get(stateName) ?? 0;
    given.set(stateName, turn + 1);
    const answer = script[Math.min(turn, script.length - 1)] ?? {};
    if (answer.never) return new Promise(() => {});
    if (answer.afterSeconds !== undefined) await sleep(clock, answer.afterSeconds * 1000);
    if (answer.error !== undefined) throw new TaskFailure(answer.error, answer.cause);
    return answer.echo ? parameters : (answer.output ?? null);
  };
}

function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
