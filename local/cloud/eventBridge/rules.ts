import { AwsError } from '../errors.ts';
import { arnOf, tableOf, type World } from '../world.ts';

/** A rule with its targets. */
export interface Rule {
  readonly bus: string;
  readonly name: string;
  readonly pattern: string;
  readonly enabled: boolean;
  readonly description?: string;
  readonly targets: readonly Target[];
  readonly tags: Readonly<Record<string, string>>;
}

/** A target as it was put, in AWS's own words. */
export interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string | undefined;
  readonly Input?: string | undefined;
  readonly InputPath?: string | undefined;
  readonly InputTransformer?:
    | { readonly InputPathsMap?: Readonly<Record<string, string>> | undefined; readonly InputTemplate: string }
    | undefined;
  readonly RetryPolicy?: RetryPolicy | undefined;
  readonly DeadLetterConfig?: { readonly Arn?: string | undefined } | undefined;
}

export interface RetryPolicy {
  readonly MaximumRetryAttempts?: number | undefined;
  readonly MaximumEventAgeInSeconds?: number | undefined;
}

const rules = tableOf<Rule>('events.rules');

export function findRule(world: World, bus: string, name: string): Rule | undefined {
  return rules(world).get(`${bus}/${name}`);
}

/** The rule of this name, or AWS's ResourceNotFoundException. */
export function ruleNamed(world: World, bus: string, name: string): Rule {
  const rule = findRule(world, bus, name);
  if (!rule) {
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
  }
  return rule;
}

export function putRule(world: World, rule: Rule): void {
  rules(world).put(`${rule.bus}/${rule.name}`, rule);
}

export function removeRule(world: World, rule: Rule): void {
  rules(world).delete(`${rule.bus}/${rule.name}`);
}

export function rulesOf(world: World, bus: string): Rule[] {
  return [...rules(world).rows()].filter((rule) => rule.bus === bus);
}

export function hasRules(world: World, bus: string): boolean {
  return rulesOf(world, bus).length > 0;
}

/** Rules of the default bus do not name it. */
export function ruleArn(world: World, bus: string, name: string): string {
  return arnOf(world, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);
}
