import { isObject } from '../json.ts';
import { parseResource } from '../resource.ts';
import { type Diagnostic, Report } from './diagnostic.ts';
import { checkExpressions } from './expressions.ts';
import {
  branchFields,
  catcherFields,
  checkFields,
  choiceRuleFields,
  machineFields,
  processorFields,
  retrierFields,
  stateFields,
} from './fields.ts';
import { checkReachability } from './reachability.ts';

type Fields = Readonly<Record<string, unknown>>;
type Shapes = Parameters<typeof checkFields>[1];

/** Fields that hold expressions; in the others, `{%` has no meaning. */
const evaluated = [
  ...[
    'Arguments',
    'Assign',
    'Output',
    'Items',
    'ItemSelector',
    'Condition',
    'Seconds',
    'Timestamp',
    'Error',
    'Cause',
    'Credentials',
  ],
  ...['TimeoutSeconds', 'HeartbeatSeconds', 'MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage'],
  ...['ItemReader', 'ItemBatcher', 'ResultWriter'],
];

/** A name of a state may have 80 characters (source: the Amazon States Language pages of Step Functions' developer guide). */
const longestStateName = 80;

/** A Label may have 40 characters, and none that a wildcard, a bracket, a control or an ARN uses (source: Step Functions' page on distributed Map). */
const label = /^[^\s?*<>{}[\]:;,\\|^~$#%&`"/]{1,40}$/;

/** What is wrong with a definition; an empty list where it may be run. Placeholders such as `${CreateVpc}` may replace Lambda functions. */
export function validateDefinition(
  text: string,
  { type = 'STANDARD' }: { type?: 'STANDARD' | 'EXPRESS' } = {},
): readonly Diagnostic[] {
  const report = new Report();
  const machine = parseJson(text, report);
  if (machine === undefined) return report.diagnostics;
  checkQueryLanguage(machine, report);
  checkFields(machine, machineFields, (field, message) => report.error(field === '' ? '' : `/${field}`, message));
  new Walk(report, type).group(machine, '');
  return report.diagnostics;
}

class Walk {
  readonly #report: Report;
  readonly #type: string;

  constructor(report: Report, type: string) {
    this.#report = report;
    this.#type = type;
  }

  group(group: Fields, location: string): void {
    const { StartAt, States } = group;
    if (!isObject(States)) return;
    for (const [name, state] of Object.entries(States)) {
      const at = `${location}/States/${name}`;
      if (name.length > longestStateName)
        this.#report.error(at, `A state's name has at most ${longestStateName} characters`);
      if (isObject(state)) this.#state(state, at);
      else this.#report.error(at, 'Expected value to be an object');
    }
    checkReachability(String(StartAt), States, location, this.#report);
  }

  #state(state: Fields, location: string): void {
    const fields = stateFields[String(state.Type)];
    if (fields === undefined) {
      const known = Object.keys(stateFields).join(', ');
      this.#report.error(`${location}/Type`, `Type must be one of ${known}, not ${JSON.stringify(state.Type)}`);
    } else if (state.QueryLanguage === 'JSONPath') {
      this.#report.error(location, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
    } else {
      this.#knownState(state, fields, location);
    }
  }

  #knownState(state: Fields, fields: Shapes, location: string): void {
    this.#fields(state, fields, location);
    if ('Next' in fields && (state.Next === undefined) === (state.End !== true)) {
      this.#report.error(location, 'These fields are required, one of them and not both: [Next, End]');
    }
    this.#retriers(state.Retry, `${location}/Retry`);
    this.#rules(state.Catch, catcherFields, `${location}/Catch`);
    this.#rules(state.Choices, choiceRuleFields, `${location}/Choices`);
    if (state.Type === 'Task') this.#task(state, location);
    if (state.Type === 'Wait') this.#wait(state, location);
    if (state.Type === 'Parallel') this.#branches(state.Branches, location);
    if (state.Type === 'Map') this.#map(state, location);
  }

  #task(state: Fields, location: string): void {
    const { Resource, TimeoutSeconds, HeartbeatSeconds } = state;
    if (typeof Resource !== 'string') return;
    const isPlaceholder = /^\$\{[\w:-]+\}$/.test(Resource);
    const resource = parseResource(Resource.replaceAll(/\$\{AWS::Partition\}/g, 'aws'));
    if (!isPlaceholder && resource === undefined) {
      this.#report.error(
        `${location}/Resource`,
        `"${Resource}" is neither a Lambda function's ARN nor a supported integration`,
      );
    }
    if (this.#type === 'EXPRESS' && resource?.pattern === 'waitForTaskToken') {
      this.#report.error(
        `${location}/Resource`,
        "Express state machine does not support '.waitForTaskToken' service integration ",
      );
    }
    if (
      typeof TimeoutSeconds === 'number' &&
      typeof HeartbeatSeconds === 'number' &&
      HeartbeatSeconds >= TimeoutSeconds
    ) {
      this.#report.error(`${location}/HeartbeatSeconds`, 'HeartbeatSeconds must be smaller than TimeoutSeconds');
    }
  }

  #wait(state: Fields, location: string): void {
    if ((state.Seconds === undefined) === (state.Timestamp === undefined)) {
      this.#report.error(location, 'These fields are required, one of them and not both: [Seconds, Timestamp]');
    }
  }

  #branches(branches: unknown, location: string): void {
    if (!Array.isArray(branches)) return;
    if (branches.length === 0) this.#report.error(`${location}/Branches`, 'Expected at least one branch');
    for (const [position, branch] of branches.entries()) {
      const at = `${location}/Branches[${position}]`;
      if (!isObject(branch)) this.#report.error(at, 'Expected value to be an object');
      else this.#inner(branch, branchFields, at);
    }
  }

  #map(state: Fields, location: string): void {
    const { ItemProcessor, Label } = state;
    if (!isObject(ItemProcessor)) return;
    this.#inner(ItemProcessor, processorFields, `${location}/ItemProcessor`);
    const config = isObject(ItemProcessor.ProcessorConfig) ? ItemProcessor.ProcessorConfig : {};
    const isDistributed = config.Mode === 'DISTRIBUTED';
    if (isDistributed && config.ExecutionType === undefined) {
      this.#report.error(`${location}/ItemProcessor/ProcessorConfig`, 'These fields are required: [ExecutionType]');
    }
    for (const field of [
      'ItemReader',
      'ItemBatcher',
      'ResultWriter',
      'ToleratedFailureCount',
      'ToleratedFailurePercentage',
      'Label',
    ]) {
      if (!isDistributed && field in state)
        this.#report.error(`${location}/${field}`, `Field "${field}" needs a processor in DISTRIBUTED mode`);
    }
    if (typeof Label === 'string' && !label.test(Label))
      this.#report.error(`${location}/Label`, 'A Label has 1 to 40 characters, none of them special');
  }

  #inner(group: Fields, fields: Shapes, location: string): void {
    checkFields(group, fields, (field, message) =>
      this.#report.error(field === '' ? location : `${location}/${field}`, message),
    );
    this.group(group, location);
  }

  #retriers(retriers: unknown, location: string): void {
    this.#rules(retriers, retrierFields, location);
    if (!Array.isArray(retriers)) return;
    for (const [position, retrier] of retriers.entries()) {
      if (isObject(retrier) && typeof retrier.BackoffRate === 'number' && retrier.BackoffRate < 1) {
        this.#report.error(`${location}[${position}]/BackoffRate`, 'BackoffRate must be at least 1');
      }
    }
  }

  #rules(rules: unknown, fields: Shapes, location: string): void {
    if (!Array.isArray(rules)) return;
    for (const [position, rule] of rules.entries()) {
      const at = `${location}[${position}]`;
      if (!isObject(rule)) this.#report.error(at, 'Expected value to be an object');
      else this.#fields(rule, fields, at);
    }
  }

  #fields(object: Fields, fields: Shapes, location: string): void {
    checkFields(object, fields, (field, message) =>
      this.#report.error(field === '' ? location : `${location}/${field}`, message),
    );
    for (const field of evaluated)
      if (field in object) checkExpressions(object[field], `${location}/${field}`, this.#report);
  }
}

function parseJson(text: string, report: Report): Fields | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    if (isObject(value)) return value;
    report.error('', 'Definition must be a valid JSON object');
  } catch (error) {
    if (text.trim() === '') report.error('', 'Definition must be a valid JSON object');
    else report.error('', (error as Error).message, 'INVALID_JSON_DESCRIPTION');
  }
  return undefined;
}

/** Said once for the whole machine, or by every state, those within others included. */
function checkQueryLanguage(machine: Fields, report: Report): void {
  if (machine.QueryLanguage === 'JSONata' || !isObject(machine.States)) return;
  if (machine.QueryLanguage === undefined && statesWithin(machine).every(saysJsonata)) return;
  report.error(
    '/QueryLanguage',
    'Only JSONata is supported: say "QueryLanguage": "JSONata" for the whole state machine or in each of its states (the default is JSONPath)',
  );
}

const saysJsonata = (state: unknown): boolean => isObject(state) && state.QueryLanguage === 'JSONata';

function statesWithin({ States }: Fields): unknown[] {
  if (!isObject(States)) return [];
  return Object.values(States).flatMap((state) => {
    const { Branches, ItemProcessor } = isObject(state) ? state : {};
    const groups = [...(Array.isArray(Branches) ? Branches : []), ItemProcessor].filter(isObject);
    return [state, ...groups.flatMap(statesWithin)];
  });
}
