import { AwsError } from '../../cloud/errors.ts';
import type { Json, JsonObject } from '../../interpreter/json.ts';

/** What the state is called while it is tested, so that it may lead to itself. */
export const testedState = 'the state under test';

const beforeIt = 'its variables';

/** The state that a test is about: the definition itself, or one of a whole machine's by its name. */
export function stateIn(definition: string, stateName: string | undefined): JsonObject {
  const parsed = parse(definition);
  const { States, QueryLanguage } = parsed;
  const found = stateName === undefined ? parsed : isObject(States) ? States[stateName] : undefined;
  if (!isObject(found)) throw new AwsError('ValidationException', `The definition has no state ${stateName ?? ''}`);
  return { ...(QueryLanguage !== undefined && { QueryLanguage }), ...found };
}

/** A machine of this one state: its variables are set before it, and wherever it leads the machine ends. */
export function machineAround(state: JsonObject | object, variables: Json): JsonObject {
  const { QueryLanguage = 'JSONata', ...tested } = state as JsonObject;
  const hasVariables = isObject(variables) && Object.keys(variables).length > 0;
  return {
    QueryLanguage,
    StartAt: hasVariables ? beforeIt : testedState,
    States: {
      ...(hasVariables && { [beforeIt]: { Type: 'Pass', Assign: variables, Next: testedState } }),
      [testedState]: withoutUndefined(tested),
      ...Object.fromEntries(targetsOf(tested).map((name) => [name, { Type: 'Succeed' }])),
    },
  };
}

/** Every state that this one may lead to. */
function targetsOf({ Next, Default, Catch = [], Choices = [] }: JsonObject): string[] {
  const listed = [Catch, Choices].flat().map((way) => (isObject(way) ? way.Next : undefined));
  return [Next, Default, ...listed].filter((name) => typeof name === 'string');
}

const withoutUndefined = (object: JsonObject): JsonObject => JSON.parse(JSON.stringify(object));

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(definition: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(definition);
    if (isObject(parsed)) return parsed;
  } catch (error) {
    throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${(error as Error).message}'`);
  }
  throw new AwsError('InvalidDefinition', "Invalid State Machine Definition: 'not an object'");
}
