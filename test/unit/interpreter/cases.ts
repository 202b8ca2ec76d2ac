import type { Json, JsonObject } from '../../../local/interpreter/json.ts';
import { type Answers, functionArn } from './harness.ts';

/** One run as data, so that any interpreter of Amazon States Language can be held to it. */
export interface Case {
  readonly name: string;
  readonly definition: JsonObject;
  readonly input?: Json;
  readonly answers?: Answers;
  readonly status?: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly output?: Json;
  readonly error?: string;
  /** Type and previous event of each event from the second on, in the order of their ids. */
  readonly history?: readonly (readonly [type: string, previousEventId: number])[];
  /** How long the run takes in its own time. */
  readonly seconds?: number;
}

const task = { Type: 'Task', Resource: functionArn } as const;
const invoke = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'work' },
} as const;
const boom = { error: 'Boom', cause: 'because' } as const;
const machine = (States: JsonObject): JsonObject => ({ StartAt: Object.keys(States)[0] ?? '', States });

export const cases: readonly Case[] = [
  {
    name: 'a Pass hands its input on, its Output and its variables',
    definition: machine({
      Name: { Type: 'Pass', Assign: { whom: '{% $states.input.name %}' }, Output: { ignored: true }, Next: 'Greet' },
      Greet: { Type: 'Pass', Output: { greeting: "{% 'Hello ' & $whom %}", literal: ' {% $whom %}' }, End: true },
    }),
    input: { name: 'Ada' },
    output: { greeting: 'Hello Ada', literal: ' {% $whom %}' },
    history: [
      ['PassStateEntered', 0],
      ['PassStateExited', 2],
      ['PassStateEntered', 3],
      ['PassStateExited', 4],
      ['ExecutionSucceeded', 5],
    ],
  },
  {
    name: 'Assign and Output of one state see the variables as they were before it',
    definition: machine({
      One: { Type: 'Pass', Assign: { n: 1 }, Next: 'Two' },
      Two: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Output: '{% $n %}', Next: 'Three' },
      Three: { Type: 'Pass', Output: ['{% $states.input %}', '{% $n %}'], End: true },
    }),
    output: [1, 2],
  },
  {
    name: 'an expression that evaluates to nothing fails, and the event before the decision precedes the failure',
    definition: machine({
      One: { Type: 'Pass', Next: 'Two' },
      Two: { Type: 'Pass', Output: { x: '{% $missing %}' }, End: true },
    }),
    status: 'FAILED',
    error: 'States.QueryEvaluationError',
    history: [
      ['PassStateEntered', 0],
      ['PassStateExited', 2],
      ['PassStateEntered', 3],
      ['EvaluationFailed', 3],
      ['ExecutionFailed', 5],
    ],
  },
  {
    name: 'a Lambda function as resource has events of its own',
    definition: machine({
      Work: { ...task, Arguments: { n: '{% $states.input.n * 2 %}' }, Output: '{% $states.result.n %}', End: true },
    }),
    input: { n: 21 },
    output: 42,
    history: [
      ['TaskStateEntered', 0],
      ['LambdaFunctionScheduled', 2],
      ['LambdaFunctionStarted', 3],
      ['LambdaFunctionSucceeded', 4],
      ['TaskStateExited', 5],
      ['ExecutionSucceeded', 6],
    ],
  },
  {
    name: 'a retry waits longer each time, up to its limit, and never enters the state again',
    definition: machine({
      Work: {
        ...invoke,
        Retry: [{ ErrorEquals: ['Boom'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 3 }],
        End: true,
      },
    }),
    answers: { Work: [boom, boom, boom, { output: 'done' }] },
    output: 'done',
    seconds: 2 + 6 + 10,
    history: [
      ['TaskStateEntered', 0],
      ...([2, 5, 8].flatMap((before) => [
        ['TaskScheduled', before],
        ['TaskStarted', before + 1],
        ['TaskFailed', before + 2],
      ]) as [string, number][]),
      ['TaskScheduled', 11],
      ['TaskStarted', 12],
      ['TaskSucceeded', 13],
      ['TaskStateExited', 14],
      ['ExecutionSucceeded', 15],
    ],
  },
  {
    name: 'each Retrier spends attempts of its own',
    definition: machine({
      Work: {
        ...task,
        Retry: [
          { ErrorEquals: ['Boom'], IntervalSeconds: 1, MaxAttempts: 1 },
          { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 1 },
        ],
        End: true,
      },
    }),
    answers: { Work: [boom, { error: 'Other' }, boom] },
    status: 'FAILED',
    error: 'Boom',
    seconds: 6,
  },
  {
    name: 'a task sees how often it was tried again',
    definition: machine({
      Work: {
        ...task,
        Arguments: '{% $states.context.State.RetryCount %}',
        Retry: [{ ErrorEquals: ['States.TaskFailed'] }],
        End: true,
      },
    }),
    answers: { Work: [boom, boom, { echo: true }] },
    output: 2,
  },
  {
    name: 'a Catch hands error and cause on, with its own Assign and Output',
    definition: machine({
      Work: {
        ...task,
        Catch: [
          {
            ErrorEquals: ['Boom'],
            Assign: { why: '{% $states.errorOutput.Cause %}' },
            Output: '{% $states.input.kept %}',
            Next: 'Fix',
          },
        ],
        End: true,
      },
      Fix: { Type: 'Pass', Output: ['{% $states.input %}', '{% $why %}'], End: true },
    }),
    input: { kept: 7 },
    answers: { Work: [boom] },
    output: [7, 'because'],
    history: [
      ['TaskStateEntered', 0],
      ['LambdaFunctionScheduled', 2],
      ['LambdaFunctionStarted', 3],
      ['LambdaFunctionFailed', 4],
      ['TaskStateExited', 5],
      ['PassStateEntered', 6],
      ['PassStateExited', 7],
      ['ExecutionSucceeded', 8],
    ],
  },
  {
    name: 'a time-out ends the attempt; caught, it has an empty cause',
    definition: machine({
      Work: {
        ...invoke,
        TimeoutSeconds: '{% 2 + 3 %}',
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }],
        End: true,
      },
      Late: { Type: 'Pass', End: true },
    }),
    answers: { Work: [{ never: true }] },
    output: { Error: 'States.Timeout', Cause: '' },
    seconds: 5,
    history: [
      ['TaskStateEntered', 0],
      ['TaskScheduled', 2],
      ['TaskStarted', 3],
      ['TaskTimedOut', 4],
      ['TaskStateExited', 5],
      ['PassStateEntered', 6],
      ['PassStateExited', 7],
      ['ExecutionSucceeded', 8],
    ],
  },
  {
    name: 'States.TaskFailed does not match a time-out, States.ALL does',
    definition: machine({
      Work: {
        ...task,
        TimeoutSeconds: 5,
        Catch: [
          { ErrorEquals: ['States.TaskFailed'], Output: 'failed', Next: 'End' },
          { ErrorEquals: ['States.ALL'], Output: 'anything', Next: 'End' },
        ],
        End: true,
      },
      End: { Type: 'Succeed' },
    }),
    answers: { Work: [{ never: true }] },
    output: 'anything',
  },
  {
    name: 'a result that is too large is caught by States.ALL',
    definition: machine({
      Work: {
        ...task,
        Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'End' }],
        End: true,
      },
      End: { Type: 'Succeed' },
    }),
    answers: { Work: [{ output: 'ü'.repeat(140_000) }] },
    output: 'States.DataLimitExceeded',
  },
  {
    name: 'an output that is too large fails the execution',
    definition: machine({
      Grow: { Type: 'Pass', Output: "{% $join($map([1..300], function($i) { $pad('', 1000, 'x') })) %}", End: true },
    }),
    status: 'FAILED',
    error: 'States.DataLimitExceeded',
    history: [
      ['PassStateEntered', 0],
      ['ExecutionFailed', 2],
    ],
  },
  {
    name: 'a Choice follows its first true rule, with the Assign and Output of that rule',
    definition: machine({
      Which: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 10 %}', Next: 'End', Output: 'large' },
          {
            Condition: '{% $states.input.n > 1 %}',
            Assign: { size: 'medium' },
            Output: '{% $states.input.n %}',
            Next: 'End',
          },
        ],
        Default: 'End',
        Output: 'small',
      },
      End: { Type: 'Succeed' },
    }),
    input: { n: 5 },
    output: 5,
    history: [
      ['ChoiceStateEntered', 0],
      ['ChoiceStateExited', 2],
      ['SucceedStateEntered', 3],
      ['SucceedStateExited', 4],
      ['ExecutionSucceeded', 5],
    ],
  },
  {
    name: 'a Choice without a match and without Default fails',
    definition: machine({
      Which: { Type: 'Choice', Choices: [{ Condition: false, Next: 'End' }] },
      End: { Type: 'Succeed' },
    }),
    status: 'FAILED',
    error: 'States.NoChoiceMatched',
  },
  {
    name: 'a Wait lasts as many seconds as its expression says',
    definition: machine({ Wait: { Type: 'Wait', Seconds: '{% $states.input.minutes * 60 %}', End: true } }),
    input: { minutes: 90 },
    output: { minutes: 90 },
    seconds: 5400,
    history: [
      ['WaitStateEntered', 0],
      ['WaitStateExited', 2],
      ['ExecutionSucceeded', 3],
    ],
  },
  {
    name: 'a Wait until a time waits until then',
    definition: machine({ Wait: { Type: 'Wait', Timestamp: '{% $states.input %}', End: true } }),
    input: '2026-01-02T01:00:00+01:00',
    output: '2026-01-02T01:00:00+01:00',
    seconds: 86_400,
  },
  {
    name: 'a Wait refuses a time without T, after it was entered',
    definition: machine({ Wait: { Type: 'Wait', Timestamp: '{% $states.input %}', End: true } }),
    input: '2026-01-02 00:00:00Z',
    status: 'FAILED',
    error: 'States.QueryEvaluationError',
    history: [
      ['WaitStateEntered', 0],
      ['EvaluationFailed', 2],
      ['ExecutionFailed', 3],
    ],
  },
  {
    name: 'a Fail without Error fails without one',
    definition: machine({ Stop: { Type: 'Fail' } }),
    status: 'FAILED',
    history: [
      ['FailStateEntered', 0],
      ['ExecutionFailed', 2],
    ],
  },
  {
    name: 'a Fail computes its error and cause',
    definition: machine({ Stop: { Type: 'Fail', Error: "{% 'Too' & $states.input %}", Cause: 'why' } }),
    input: 'Late',
    status: 'FAILED',
    error: 'TooLate',
  },
  {
    name: 'a Parallel collects the outputs of its branches in their order',
    definition: machine({
      All: {
        Type: 'Parallel',
        Arguments: '{% $states.input.n %}',
        Branches: [
          machine({ Slow: { Type: 'Wait', Seconds: 9, Next: 'Then' }, Then: { Type: 'Succeed' } }),
          machine({ Fast: { Type: 'Pass', Output: 'fast', End: true } }),
        ],
        End: true,
      },
    }),
    input: { n: 3 },
    output: [3, 'fast'],
    seconds: 9,
    history: [
      ['ParallelStateEntered', 0],
      ['ParallelStateStarted', 2],
      ['WaitStateEntered', 3],
      ['PassStateEntered', 3],
      ['PassStateExited', 5],
      ['WaitStateExited', 4],
      ['SucceedStateEntered', 7],
      ['SucceedStateExited', 8],
      ['ParallelStateSucceeded', 9],
      ['ParallelStateExited', 9],
      ['ExecutionSucceeded', 11],
    ],
  },
  {
    name: 'a failing branch aborts the others; the success of nothing is recorded',
    definition: machine({
      All: {
        Type: 'Parallel',
        Branches: [
          machine({ Work: { ...invoke, End: true } }),
          machine({ Wait: { Type: 'Wait', Seconds: 60, End: true } }),
        ],
        End: true,
      },
    }),
    answers: { Work: [{ ...boom, afterSeconds: 1 }] },
    status: 'FAILED',
    error: 'Boom',
    seconds: 1,
    history: [
      ['ParallelStateEntered', 0],
      ['ParallelStateStarted', 2],
      ['TaskStateEntered', 3],
      ['TaskScheduled', 4],
      ['WaitStateEntered', 3],
      ['TaskStarted', 5],
      ['TaskFailed', 7],
      ['TaskStateAborted', 8],
      ['WaitStateAborted', 8],
      ['ParallelStateFailed', 8],
      ['ExecutionFailed', 11],
    ],
  },
  {
    name: 'what a branch assigns stays in the branch, what was assigned before is seen there',
    definition: machine({
      Set: { Type: 'Pass', Assign: { n: 1 }, Next: 'All' },
      All: {
        Type: 'Parallel',
        Branches: [
          machine({
            Own: { Type: 'Pass', Assign: { n: '{% $n + 10 %}' }, Next: 'See' },
            See: { Type: 'Pass', Output: '{% $n %}', End: true },
          }),
        ],
        Next: 'After',
      },
      After: { Type: 'Pass', Output: ['{% $states.input[0] %}', '{% $n %}'], End: true },
    }),
    output: [11, 1],
  },
  {
    name: 'a Map with concurrency 1 goes item by item',
    definition: machine({
      Each: {
        Type: 'Map',
        Items: '{% $states.input.items %}',
        ItemSelector: { item: '{% $states.context.Map.Item.Value %}', index: '{% $states.context.Map.Item.Index %}' },
        MaxConcurrency: 1,
        ItemProcessor: machine({
          One: { Type: 'Pass', Output: '{% $states.input.item & $string($states.input.index) %}', End: true },
        }),
        End: true,
      },
    }),
    input: { items: ['a', 'b'] },
    output: ['a0', 'b1'],
    history: [
      ['MapStateEntered', 0],
      ['MapStateStarted', 2],
      ['MapIterationStarted', 3],
      ['PassStateEntered', 4],
      ['PassStateExited', 5],
      ['MapIterationSucceeded', 6],
      ['MapIterationStarted', 6],
      ['PassStateEntered', 8],
      ['PassStateExited', 9],
      ['MapIterationSucceeded', 10],
      ['MapStateSucceeded', 11],
      ['MapStateExited', 11],
      ['ExecutionSucceeded', 13],
    ],
  },
  {
    name: 'a Map without limit starts everything at once, each task up to where it waits',
    definition: machine({
      Each: { Type: 'Map', ItemProcessor: machine({ Work: { ...invoke, End: true } }), End: true },
    }),
    input: [1, 2],
    answers: { Work: [{ output: 1, afterSeconds: 1 }] },
    output: [1, 1],
    seconds: 1,
    history: [
      ['MapStateEntered', 0],
      ['MapStateStarted', 2],
      ['MapIterationStarted', 3],
      ['MapIterationStarted', 3],
      ['TaskStateEntered', 4],
      ['TaskScheduled', 6],
      ['TaskStateEntered', 5],
      ['TaskScheduled', 8],
      ['TaskStarted', 7],
      ['TaskStarted', 9],
      ['TaskSucceeded', 10],
      ['TaskStateExited', 12],
      ['MapIterationSucceeded', 13],
      ['TaskSucceeded', 11],
      ['TaskStateExited', 15],
      ['MapIterationSucceeded', 16],
      ['MapStateSucceeded', 17],
      ['MapStateExited', 17],
      ['ExecutionSucceeded', 19],
    ],
  },
  {
    name: 'a failed iteration starts the Map again where a Retrier says so',
    definition: machine({
      Each: {
        Type: 'Map',
        ItemProcessor: machine({ Stop: { Type: 'Fail', Error: 'Boom' } }),
        Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }],
        End: true,
      },
    }),
    input: [1],
    status: 'FAILED',
    error: 'Boom',
    history: [
      ['MapStateEntered', 0],
      ['MapStateStarted', 2],
      ['MapIterationStarted', 3],
      ['FailStateEntered', 4],
      ['MapIterationFailed', 5],
      ['MapStateStarted', 5],
      ['MapIterationStarted', 7],
      ['FailStateEntered', 8],
      ['MapIterationFailed', 9],
      ['MapStateFailed', 9],
      ['ExecutionFailed', 11],
    ],
  },
  {
    name: 'Items that are no list fail the Map',
    definition: machine({
      Each: { Type: 'Map', Items: '{% 1 %}', ItemProcessor: machine({ One: { Type: 'Pass', End: true } }), End: true },
    }),
    status: 'FAILED',
    error: 'States.QueryEvaluationError',
    history: [
      ['MapStateEntered', 0],
      ['EvaluationFailed', 0],
      ['MapStateFailed', 3],
      ['ExecutionFailed', 4],
    ],
  },
  {
    name: 'an empty Map succeeds with an empty list',
    definition: machine({
      Each: { Type: 'Map', ItemProcessor: machine({ One: { Type: 'Pass', End: true } }), End: true },
    }),
    input: [],
    output: [],
    history: [
      ['MapStateEntered', 0],
      ['MapStateStarted', 2],
      ['MapStateSucceeded', 3],
      ['MapStateExited', 3],
      ['ExecutionSucceeded', 5],
    ],
  },
  {
    name: 'the execution times out as a whole',
    definition: { TimeoutSeconds: 30, ...machine({ Wait: { Type: 'Wait', Seconds: 60, End: true } }) },
    status: 'TIMED_OUT',
    seconds: 30,
    history: [
      ['WaitStateEntered', 0],
      ['ExecutionTimedOut', 0],
    ],
  },
  {
    name: "the functions that Step Functions adds to JSONata, with the library's collapsing of single members",
    definition: machine({
      Functions: {
        Type: 'Pass',
        Output: {
          partition: '{% $partition([1..5], 2) %}',
          nested: '{% $partition([0], 1) %}',
          range: '{% $range(0, 6, 3) %}',
          single: '{% $range(1, 9, 9) %}',
          hash: "{% $hash('abc', 'SHA-256') %}",
          parse: '{% $parse(\'{"a":[1]}\').a %}',
          seeded: '{% $random(7) = $random(7) %}',
          uuid: '{% $length($uuid()) %}',
          now: '{% $toMillis($now()) = $millis() %}',
        },
        End: true,
      },
    }),
    output: {
      partition: [[1, 2], [3, 4], [5]],
      nested: [[0]],
      range: [0, 3, 6],
      single: 1,
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      parse: [1],
      seeded: true,
      uuid: 36,
      now: true,
    },
  },
];
