import { isObject } from '../json.ts';
import { compile, expressionOf } from '../jsonata/evaluate.ts';
import type { Report } from './diagnostic.ts';

/** Checks every JSONata expression in a value, however deep. */
export function checkExpressions(value: unknown, location: string, report: Report): void {
  if (typeof value === 'string') checkText(value, location, report);
  else if (Array.isArray(value))
    for (const [position, member] of value.entries()) checkExpressions(member, `${location}[${position}]`, report);
  else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      checkExpressions(member, `${location}/${key}`, report);
    }
  }
}

function checkText(text: string, location: string, report: Report): void {
  const source = expressionOf(text);
  const complaint = source === undefined ? halfExpression(text) : wrongExpression(source);
  if (complaint !== undefined) report.error(location, complaint);
}

function halfExpression(text: string): string | undefined {
  const isHalf = text.trim().startsWith('{%') !== text.trim().endsWith('%}');
  return isHalf ? `"${text}" begins or ends like a JSONata expression, and not both` : undefined;
}

function wrongExpression(source: string): string | undefined {
  if (source === '') return 'A JSONata expression may not be empty';
  // CloudFormation and the Serverless Framework replace ${…} before Step Functions ever sees it.
  if (source.includes('${'))
    return `"\${" inside the JSONata expression "${source}" would be taken for a template's placeholder`;
  try {
    compile(source);
    return undefined;
  } catch (error) {
    return `The JSONata expression "${source}" is not valid: ${(error as Error).message}`;
  }
}
