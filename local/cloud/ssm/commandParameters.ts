import { AwsError } from '../errors.ts';
import type { CommandDocument, DocumentParameter } from './documents.ts';

type Values = Readonly<Record<string, readonly string[]>>;

/** How long a script may run unless its document says otherwise (source: SSM command document plugin reference). */
const defaultExecutionSeconds = 3600;

/** The values that a command runs with: those given, checked as the document demands, and the document's defaults. */
export function checkedParameters(document: CommandDocument, given: Values): Values {
  const known = document.parameters ?? {};
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) throw invalid(`Parameter "${unknown}" is not defined in the document.`);
  return Object.fromEntries(
    Object.entries(known).map(([name, parameter]) => {
      const values = given[name] ?? defaultOf(parameter);
      if (!values) throw invalid(`Parameter "${name}" requires a value.`);
      refuseUnfitValues(name, parameter, values);
      return [name, values];
    }),
  );
}

/** How long the document lets its script run with these parameters. */
export function executionSeconds(document: CommandDocument, parameters: Values): number {
  const given = document.mainSteps[0]?.inputs?.timeoutSeconds;
  if (given === undefined) return defaultExecutionSeconds;
  const placeholder = /^{{\s*(\w+)\s*}}$/.exec(String(given))?.[1];
  return Number(placeholder === undefined ? given : parameters[placeholder]?.[0]) || defaultExecutionSeconds;
}

function defaultOf({ default: value }: DocumentParameter): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function refuseUnfitValues(name: string, parameter: DocumentParameter, values: readonly string[]): void {
  const isList = parameter.type === 'StringList';
  if (!isList && values.length !== 1) throw invalid(`Parameter "${name}" takes exactly one value.`);
  if (values.length < (parameter.minItems ?? 0) || values.length > (parameter.maxItems ?? Number.POSITIVE_INFINITY)) {
    throw invalid(`Parameter "${name}" has ${values.length} items, which is not allowed.`);
  }
  // The agent matches a pattern anywhere in the value: documents that mean all of it must say so with ^ and $.
  const pattern = parameter.allowedPattern === undefined ? undefined : new RegExp(parameter.allowedPattern);
  for (const value of values) {
    if (parameter.allowedValues && !parameter.allowedValues.map(String).includes(value)) {
      throw invalid(`Parameter "${name}" has value "${value}" not in "[${parameter.allowedValues.join(', ')}]".`);
    }
    if (pattern && !pattern.test(value)) {
      throw invalid(
        `Parameter "${name}" has value "${value}" not matching the regular expression "${pattern.source}".`,
      );
    }
    const length = value.length;
    if (length < (parameter.minChars ?? 0) || length > (parameter.maxChars ?? Number.POSITIVE_INFINITY)) {
      throw invalid(`Parameter "${name}" has a value of ${length} characters, which is not allowed.`);
    }
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameters', message);
}
