import { AwsError, NotModelled } from '../errors.ts';
import type { Json } from './patterns.ts';
import type { Target } from './rules.ts';

/** What a rule's template may name beside its own paths. */
export interface EventContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestedAt: string;
}

/** Refuses a target whose input cannot be made. */
export function checkInput(target: Target): void {
  const ways = [target.Input, target.InputPath, target.InputTransformer].filter((way) => way !== undefined);
  if (ways.length > 1) {
    throw new AwsError(
      'ValidationException',
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`,
    );
  }
  if (target.Input !== undefined) parse(target.Input, target.Id);
  if (target.InputPath !== undefined) stepsOf(target.InputPath);
  const { InputPathsMap = {}, InputTemplate } = target.InputTransformer ?? { InputTemplate: '' };
  for (const path of Object.values(InputPathsMap)) stepsOf(path);
  for (const [, name = ''] of InputTemplate.matchAll(variable)) {
    if (name.startsWith('aws.events.') || Object.hasOwn(InputPathsMap, name)) continue;
    throw new AwsError(
      'ValidationException',
      `InputTemplate for target ${target.Id} contains invalid placeholder ${name}.`,
    );
  }
}

/** What the target is given of an event. */
export function inputFor(target: Target, event: Json, context: EventContext): Json {
  if (target.Input !== undefined) return parse(target.Input, target.Id);
  if (target.InputPath !== undefined) return valueAt(event, target.InputPath) ?? null;
  if (!target.InputTransformer) return event;
  const { InputPathsMap = {}, InputTemplate } = target.InputTransformer;
  const values = new Map<string, Json | undefined>([
    ['aws.events.event.json', event],
    ['aws.events.event', withoutDetail(event)],
    ['aws.events.rule-arn', context.ruleArn],
    ['aws.events.rule-name', context.ruleName],
    ['aws.events.event.ingestion-time', context.ingestedAt],
    ...Object.entries(InputPathsMap).map(([name, path]) => [name, valueAt(event, path)] as const),
  ]);
  return parse(filled(InputTemplate, values), target.Id);
}

const variable = /<([^<>\s]+)>/g;

/** Puts values into a template: as JSON where they are alone, as text inside quotation marks. */
function filled(template: string, values: ReadonlyMap<string, Json | undefined>): string {
  let insideText = false;
  let result = '';
  let from = 0;
  for (const match of template.matchAll(variable)) {
    const before = template.slice(from, match.index);
    insideText = before.replaceAll('\\"', '').split('"').length % 2 === 0 ? !insideText : insideText;
    const value = values.get(match[1] ?? '');
    result += before + (insideText ? asText(value) : JSON.stringify(value ?? null));
    from = match.index + match[0].length;
  }
  return result + template.slice(from);
}

function asText(value: Json | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

/** `$`, `$.detail.state`, `$.resources[0]`, `$.detail['key-name']`; what else JSONPath knows is not modelled. */
function stepsOf(path: string): readonly (string | number)[] {
  if (!path.startsWith('$')) throw new AwsError('ValidationException', `Invalid JSON path ${path}.`);
  const steps: (string | number)[] = [];
  const step = /\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/y;
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) throw new NotModelled('events', 'PutTargets', `JSON path ${path}`);
    steps.push(match[2] === undefined ? (match[1] ?? match[3] ?? '') : Number(match[2]));
  }
  return steps;
}

function valueAt(event: Json, path: string): Json | undefined {
  let value: Json | undefined = event;
  for (const step of stepsOf(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, Json>)[step];
  }
  return value;
}

function withoutDetail(event: Json): Json {
  const { detail: _, ...rest } = event as Record<string, Json>;
  return rest;
}

function parse(text: string, targetId: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new AwsError('ValidationException', `JSON syntax error in input for target ${targetId}.`);
  }
}
