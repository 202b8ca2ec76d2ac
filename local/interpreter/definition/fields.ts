/** The shape that a field must have. */
export type Shape =
  | 'anything'
  | 'text'
  | 'object'
  | 'list'
  | 'boolean'
  | 'wholeNumber'
  | 'number'
  | 'textOrNumber'
  | 'textOrBoolean';

/** Fields by name; a name that ends in ! is required. */
type Fields = Readonly<Record<string, Shape>>;

const common: Fields = { Type: 'text', Comment: 'text', QueryLanguage: 'text' };
const leaving: Fields = { Next: 'text', End: 'boolean', Assign: 'object', Output: 'anything' };
const fallible: Fields = { Retry: 'list', Catch: 'list' };

/** The fields of each type of state in JSONata (source: the Amazon States Language pages of Step Functions' developer guide). */
export const stateFields: Readonly<Record<string, Fields>> = {
  Task: {
    ...common,
    ...leaving,
    ...fallible,
    'Resource!': 'text',
    Arguments: 'anything',
    Credentials: 'object',
    TimeoutSeconds: 'textOrNumber',
    HeartbeatSeconds: 'textOrNumber',
  },
  Parallel: { ...common, ...leaving, ...fallible, 'Branches!': 'list', Arguments: 'anything' },
  Map: {
    ...common,
    ...leaving,
    ...fallible,
    Items: 'anything',
    ItemSelector: 'anything',
    'ItemProcessor!': 'object',
    ItemReader: 'object',
    ItemBatcher: 'object',
    ResultWriter: 'object',
    MaxConcurrency: 'textOrNumber',
    ToleratedFailureCount: 'textOrNumber',
    ToleratedFailurePercentage: 'textOrNumber',
    Label: 'text',
  },
  Pass: { ...common, ...leaving },
  Choice: { ...common, 'Choices!': 'list', Default: 'text', Assign: 'object', Output: 'anything' },
  Wait: { ...common, ...leaving, Seconds: 'textOrNumber', Timestamp: 'text' },
  Succeed: { ...common, Output: 'anything' },
  Fail: { ...common, Error: 'text', Cause: 'text' },
};

/** The fields of a whole machine. */
export const machineFields: Fields = {
  'StartAt!': 'text',
  'States!': 'object',
  Comment: 'text',
  QueryLanguage: 'text',
  TimeoutSeconds: 'wholeNumber',
  Version: 'text',
};

/** The fields of a branch of a Parallel. */
export const branchFields: Fields = { 'StartAt!': 'text', 'States!': 'object', Comment: 'text' };
/** The fields of the processor of a Map. */
export const processorFields: Fields = { ...branchFields, ProcessorConfig: 'object' };
/** The fields of a rule of a Choice. */
export const choiceRuleFields: Fields = {
  'Condition!': 'textOrBoolean',
  'Next!': 'text',
  Assign: 'object',
  Output: 'anything',
  Comment: 'text',
};
/** The fields of a Catcher. */
export const catcherFields: Fields = {
  'ErrorEquals!': 'list',
  'Next!': 'text',
  Assign: 'object',
  Output: 'anything',
  Comment: 'text',
};
/** The fields of a Retrier. */
export const retrierFields: Fields = {
  'ErrorEquals!': 'list',
  IntervalSeconds: 'wholeNumber',
  MaxAttempts: 'wholeNumber',
  BackoffRate: 'number',
  MaxDelaySeconds: 'wholeNumber',
  JitterStrategy: 'text',
  Comment: 'text',
};

/** Fields that exist only in JSONPath, and what takes their place. */
export const jsonPathFields: Readonly<Record<string, string>> = {
  InputPath: 'Arguments or Output',
  OutputPath: 'Output',
  ResultPath: 'Output and Assign',
  Parameters: 'Arguments',
  ResultSelector: 'Output',
  Result: 'Output',
  ItemsPath: 'Items',
  SecondsPath: 'Seconds',
  TimestampPath: 'Timestamp',
  TimeoutSecondsPath: 'TimeoutSeconds',
  HeartbeatSecondsPath: 'HeartbeatSeconds',
  MaxConcurrencyPath: 'MaxConcurrency',
  ToleratedFailureCountPath: 'ToleratedFailureCount',
  ToleratedFailurePercentagePath: 'ToleratedFailurePercentage',
  ErrorPath: 'Error',
  CausePath: 'Cause',
  Variable: 'Condition',
  Iterator: 'ItemProcessor',
};

const checks: Readonly<Record<Shape, (value: unknown) => boolean>> = {
  anything: () => true,
  text: (value) => typeof value === 'string',
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  list: Array.isArray,
  boolean: (value) => typeof value === 'boolean',
  wholeNumber: (value) => Number.isInteger(value) && Number(value) >= 0,
  number: (value) => typeof value === 'number',
  textOrNumber: (value) => typeof value === 'number' || (typeof value === 'string' && value.startsWith('{%')),
  textOrBoolean: (value) => typeof value === 'boolean' || typeof value === 'string',
};

const descriptions: Readonly<Record<Shape, string>> = {
  anything: 'anything',
  text: 'a string',
  object: 'an object',
  list: 'an array',
  boolean: 'a boolean',
  wholeNumber: 'a non-negative integer',
  number: 'a number',
  textOrNumber: 'a number or a JSONata expression',
  textOrBoolean: 'a boolean or a JSONata expression',
};

/** Checks an object's fields: none missing, none unknown, each of its shape. Calls `complain` with the field's name, '' for the whole. */
export function checkFields(
  object: Readonly<Record<string, unknown>>,
  fields: Fields,
  complain: (field: string, message: string) => void,
): void {
  const required = Object.keys(fields)
    .filter((name) => name.endsWith('!'))
    .map(bare);
  const missing = required.filter((name) => !(name in object));
  if (missing.length > 0) complain('', `These fields are required: [${missing.join(', ')}]`);
  for (const [name, value] of Object.entries(object)) {
    const shape = fields[name] ?? fields[`${name}!`];
    if (shape === undefined) complain(name, unknownField(name));
    else if (!checks[shape](value))
      complain(name, `Expected value to be ${descriptions[shape]}, not ${JSON.stringify(value)}`);
  }
}

function unknownField(name: string): string {
  const instead = jsonPathFields[name];
  if (instead !== undefined) return `Field "${name}" belongs to JSONPath; in JSONata use ${instead}`;
  return `Field "${name}" is not supported`;
}

function bare(name: string): string {
  return name.replace(/!$/, '');
}
