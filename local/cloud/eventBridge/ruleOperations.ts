import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { passRoleAccess } from '../iam/roleAccess.ts';
import { type Access, operation } from '../operation.ts';
import type { World } from '../world.ts';
import { busNamed, busNameOf, defaultBus } from './buses.ts';
import { compilePattern } from './patterns.ts';
import { findRule, putRule, type Rule, removeRule, ruleArn, ruleNamed, rulesOf } from './rules.ts';
import { checkInput } from './targetInput.ts';

/** Targets of one rule (source: EventBridge quotas). */
const maxTargets = 5;

const ruleName = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);
const onRule = { Name: ruleName, EventBusName: z.string().optional() };
type RuleName = { readonly Name: string; readonly EventBusName?: string | undefined };

export const PutRule = operation({
  input: z.strictObject({
    ...onRule,
    EventPattern: z.string(),
    State: z.enum(['ENABLED', 'DISABLED']).optional(),
    Description: z.string().max(512).optional(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  }),
  access: (world, input) => ruleAccess(world, 'PutRule', input),
  run: (world, input) => {
    const bus = busNamed(world, input.EventBusName).name;
    compilePattern(input.EventPattern);
    const before = findRule(world, bus, input.Name);
    const tags = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
    putRule(world, {
      bus,
      name: input.Name,
      pattern: input.EventPattern,
      enabled: input.State !== 'DISABLED',
      targets: before?.targets ?? [],
      // Tags of a rule that is there already change by TagResource only.
      tags: before?.tags ?? tags,
      ...(input.Description !== undefined && { description: input.Description }),
    });
    return { RuleArn: ruleArn(world, bus, input.Name) };
  },
});

export const DescribeRule = operation({
  input: z.strictObject(onRule),
  access: (world, input) => ruleAccess(world, 'DescribeRule', input),
  run: (world, input) => described(world, ruleOf(world, input)),
});

export const EnableRule = operation({
  input: z.strictObject(onRule),
  access: (world, input) => ruleAccess(world, 'EnableRule', input),
  run: (world, input) => switched(world, input, true),
});

export const DisableRule = operation({
  input: z.strictObject(onRule),
  access: (world, input) => ruleAccess(world, 'DisableRule', input),
  run: (world, input) => switched(world, input, false),
});

export const DeleteRule = operation({
  input: z.strictObject({ ...onRule, Force: z.boolean().optional() }),
  access: (world, input) => ruleAccess(world, 'DeleteRule', input),
  run: (world, input) => {
    const rule = findRule(world, busNamed(world, input.EventBusName).name, input.Name);
    // A rule that is not there counts as deleted.
    if (!rule) return {};
    if (rule.targets.length > 0) {
      throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
    }
    removeRule(world, rule);
    return {};
  },
});

export const ListRules = operation({
  input: z.strictObject({
    EventBusName: z.string().optional(),
    NamePrefix: z.string().optional(),
    Limit: z.int().min(1).max(100).optional(),
    NextToken: z.string().optional(),
  }),
  access: () => [{ action: 'events:ListRules', resource: '*' }],
  run: (world, input) => {
    const bus = busNamed(world, input.EventBusName).name;
    const after = input.NextToken === undefined ? '' : Buffer.from(input.NextToken, 'base64url').toString();
    const limit = input.Limit ?? 100;
    const rest = rulesOf(world, bus)
      .filter((rule) => rule.name.startsWith(input.NamePrefix ?? '') && rule.name > after)
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const page = rest.slice(0, limit);
    const last = page.at(-1)?.name ?? '';
    return {
      Rules: page.map((rule) => described(world, rule)),
      ...(rest.length > page.length && { NextToken: Buffer.from(last).toString('base64url') }),
    };
  },
});

const target = z.strictObject({
  Id: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
  Arn: z.string().startsWith('arn:'),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), z.string()).optional(), InputTemplate: z.string() })
    .optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: z.int().min(0).max(185).optional(),
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
    })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
});

export const PutTargets = operation({
  input: z.strictObject({ Rule: ruleName, EventBusName: z.string().optional(), Targets: z.array(target).min(1) }),
  access: (world, input) => {
    const roles = new Set(input.Targets.flatMap((one) => one.RoleArn ?? []));
    const context = { 'events:TargetArn': input.Targets.map((one) => one.Arn) };
    return [
      ...ruleAccess(world, 'PutTargets', { Name: input.Rule, EventBusName: input.EventBusName }, context),
      ...[...roles].map((role) => passRoleAccess(world, role, 'events.amazonaws.com')),
    ];
  },
  run: (world, input) => {
    const rule = ruleOf(world, { Name: input.Rule, EventBusName: input.EventBusName });
    for (const one of input.Targets) checkInput(one);
    const given = new Map(input.Targets.map((one) => [one.Id, one]));
    const targets = [...rule.targets.filter((one) => !given.has(one.Id)), ...given.values()];
    if (targets.length > maxTargets) {
      throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    }
    putRule(world, { ...rule, targets });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
});

export const RemoveTargets = operation({
  input: z.strictObject({
    Rule: ruleName,
    EventBusName: z.string().optional(),
    Ids: z.array(z.string()).min(1),
    Force: z.boolean().optional(),
  }),
  access: (world, input) => ruleAccess(world, 'RemoveTargets', { Name: input.Rule, EventBusName: input.EventBusName }),
  run: (world, input) => {
    const rule = ruleOf(world, { Name: input.Rule, EventBusName: input.EventBusName });
    putRule(world, { ...rule, targets: rule.targets.filter((one) => !input.Ids.includes(one.Id)) });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
});

export const ListTargetsByRule = operation({
  input: z.strictObject({ Rule: ruleName, EventBusName: z.string().optional() }),
  access: (world, input) =>
    ruleAccess(world, 'ListTargetsByRule', { Name: input.Rule, EventBusName: input.EventBusName }),
  run: (world, input) => ({
    Targets: ruleOf(world, { Name: input.Rule, EventBusName: input.EventBusName }).targets.map((one) => ({ ...one })),
  }),
});

function ruleOf(world: World, { Name, EventBusName }: RuleName): Rule {
  return ruleNamed(world, busNamed(world, EventBusName).name, Name);
}

function ruleAccess(
  world: World,
  action: string,
  { Name, EventBusName }: RuleName,
  context: Readonly<Record<string, string | readonly string[]>> = {},
): readonly Access[] {
  const bus = busNameOf(EventBusName ?? defaultBus);
  const tags = Object.entries(findRule(world, bus, Name)?.tags ?? {});
  const tagValues = Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
  return [{ action: `events:${action}`, resource: ruleArn(world, bus, Name), context: { ...tagValues, ...context } }];
}

function switched(world: World, name: RuleName, enabled: boolean): object {
  putRule(world, { ...ruleOf(world, name), enabled });
  return {};
}

function described(world: World, rule: Rule) {
  return {
    Name: rule.name,
    Arn: ruleArn(world, rule.bus, rule.name),
    EventBusName: rule.bus,
    EventPattern: rule.pattern,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    ...(rule.description !== undefined && { Description: rule.description }),
  };
}
