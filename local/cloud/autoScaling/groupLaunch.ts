import * as z from 'zod';
import { type LaunchParameters, mergedParameters } from '../ec2/launchParameters.ts';
import {
  type LaunchTemplateRow,
  type LaunchTemplateVersionRow,
  templateOf,
  versionOf,
} from '../ec2/launchTemplates.ts';
import type { World } from '../world.ts';
import { validationError } from './errors.ts';

const templateInput = z.strictObject({
  LaunchTemplateId: z.string().optional(),
  LaunchTemplateName: z.string().optional(),
  Version: z.string().optional(),
});

const mixedInput = z.strictObject({
  LaunchTemplate: z.strictObject({
    LaunchTemplateSpecification: templateInput,
    Overrides: z
      .array(z.strictObject({ InstanceType: z.string(), LaunchTemplateSpecification: templateInput.optional() }))
      .optional(),
  }),
  InstancesDistribution: z
    .strictObject({
      OnDemandAllocationStrategy: z.literal('prioritized').optional(),
      OnDemandBaseCapacity: z.number().int().min(0).optional(),
      OnDemandPercentageAboveBaseCapacity: z.number().int().min(0).max(100).optional(),
      SpotAllocationStrategy: z
        .enum(['capacity-optimized', 'capacity-optimized-prioritized', 'price-capacity-optimized'])
        .optional(),
    })
    .optional(),
});

/** What a group launches: exactly one of the two. */
export const groupLaunchFields = {
  LaunchTemplate: templateInput.optional(),
  MixedInstancesPolicy: mixedInput.optional(),
};

export type TemplateReference = z.infer<typeof templateInput>;
export type MixedInstancesPolicy = z.infer<typeof mixedInput>;

/** What a group launches, as it was asked for. */
export interface GroupLaunch {
  readonly template: TemplateReference;
  readonly mixed: MixedInstancesPolicy | undefined;
}

/** Reads the request's launch template or policy; undefined where it has neither. */
export function requestedLaunch(request: {
  readonly LaunchTemplate?: TemplateReference | undefined;
  readonly MixedInstancesPolicy?: MixedInstancesPolicy | undefined;
}): GroupLaunch | undefined {
  const { LaunchTemplate, MixedInstancesPolicy: mixed } = request;
  if (LaunchTemplate && mixed) {
    throw validationError(
      'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    );
  }
  if (mixed) return { template: mixed.LaunchTemplate.LaunchTemplateSpecification, mixed };
  return LaunchTemplate && { template: LaunchTemplate, mixed: undefined };
}

/** One way of launching: a type with the template that goes with it. */
export interface LaunchChoice {
  readonly template: LaunchTemplateRow;
  readonly version: LaunchTemplateVersionRow;
  /** The version as the group names it: `$Latest` or a number. */
  readonly versionName: string;
  readonly parameters: LaunchParameters;
}

/** The ways of launching in the order of preference; Auto Scaling's error where a template is missing. */
export function launchChoices(world: World, { template, mixed }: GroupLaunch): LaunchChoice[] {
  const overrides = mixed?.LaunchTemplate.Overrides ?? [];
  if (overrides.length === 0) return [launchChoice(world, template, {})];
  return overrides.map(({ InstanceType, LaunchTemplateSpecification }) =>
    launchChoice(world, LaunchTemplateSpecification ?? template, { InstanceType }),
  );
}

function launchChoice(world: World, named: TemplateReference, override: LaunchParameters): LaunchChoice {
  try {
    const template = templateOf(world, named);
    const versionName = named.Version ?? '$Default';
    const version = versionOf(world, template, versionName);
    return { template, version, versionName, parameters: mergedParameters(version.parameters, override) };
  } catch (error) {
    throw validationError(`You must use a valid fully-formed launch template. ${(error as Error).message}`);
  }
}

/** How many of `total` instances are On-Demand; the others are Spot Instances. */
export function onDemandShare({ mixed }: GroupLaunch, total: number): number {
  const distribution = mixed?.InstancesDistribution;
  const base = Math.min(total, distribution?.OnDemandBaseCapacity ?? 0);
  const percentage = distribution?.OnDemandPercentageAboveBaseCapacity ?? 100;
  return base + Math.ceil(((total - base) * percentage) / 100);
}
