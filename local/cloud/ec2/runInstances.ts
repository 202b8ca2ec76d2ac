import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { onceForToken } from './clientTokens.ts';
import { type InstanceRow, instanceState, instances } from './instances.ts';
import { launchInstances } from './launch.ts';
import { accessToLaunch, accessToLaunchKeys } from './launchAccess.ts';
import { type LaunchParameters, launchParametersFields, mergedParameters } from './launchParameters.ts';
import { planLaunch } from './launchPlan.ts';
import { templateOf, versionOf } from './launchTemplates.ts';
import { shownReservation } from './shownInstance.ts';
import { subnets } from './subnets.ts';
import { templateTags, type UsedTemplate } from './templateTags.ts';

const input = z.strictObject({
  ...launchParametersFields,
  LaunchTemplate: z
    .strictObject({
      LaunchTemplateId: z.string().optional(),
      LaunchTemplateName: z.string().optional(),
      Version: z.string().optional(),
    })
    .optional(),
  SubnetId: z.string().optional(),
  MinCount: z.number().int().min(1),
  MaxCount: z.number().int().min(1),
  ClientToken: z.string().optional(),
});

type Request = z.infer<typeof input>;

export const RunInstances = operation({
  input,
  access: (world, request) => {
    const { parameters, template } = launchOf(world, request);
    return [...accessToLaunch(world, parameters, template?.templateId), ...accessToLaunchKeys(world, parameters)];
  },
  run: (world, { ClientToken, ...request }) => {
    if (request.MinCount > request.MaxCount) {
      throw new AwsError('InvalidParameterValue', 'Value for parameter MinCount must not be greater than MaxCount');
    }
    const scope = tokenZone(world, request);
    const token = { operation: 'RunInstances', token: ClientToken, scope, parameters: request };
    const ids = onceForToken(world, token, () => {
      const { parameters, template } = launchOf(world, request);
      const plan = planLaunch(world, parameters);
      if (request.MaxCount > 1 && plan.interfaces.some(({ existingId }) => existingId !== undefined)) {
        throw new AwsError(
          'InvalidParameterCombination',
          'You may not specify an existing network interface when launching more than one instance',
        );
      }
      const launched = launchInstances(world, plan, {
        least: request.MinCount,
        most: request.MaxCount,
        clientToken: ClientToken,
        awsTags: template ? templateTags(template) : {},
      });
      return launched.map(({ instanceId }) => instanceId);
    });
    return shownReservation(world, stillThere(world, ids));
  },
});

/** The request over its template. */
function launchOf(
  world: World,
  request: Omit<Request, 'ClientToken'>,
): { parameters: LaunchParameters; template: UsedTemplate | undefined } {
  const { LaunchTemplate: named, MinCount: _, MaxCount: __, ...own } = request;
  if (!named) return { parameters: own, template: undefined };
  const template = templateOf(world, named);
  const version = versionOf(world, template, named.Version);
  return { parameters: mergedParameters(version.parameters, own), template: version };
}

/**
 * A token counts per zone when placement or subnet name one, and in the whole Region otherwise, also when only an existing
 * interface determines the zone (source: EC2 developer guide, "Ensuring idempotency").
 */
function tokenZone(world: World, request: Omit<Request, 'ClientToken'>): string | undefined {
  const subnetId = request.SubnetId ?? request.NetworkInterfaces?.find(({ SubnetId }) => SubnetId)?.SubnetId;
  return request.Placement?.AvailabilityZone ?? subnets(world).get(subnetId ?? '')?.zone.name;
}

/** A token whose instances were terminated is dead. */
function stillThere(world: World, ids: readonly string[]): InstanceRow[] {
  const rows = ids.flatMap((id) => instances(world).get(id) ?? []);
  const alive = rows.filter((row) => !['shutting-down', 'terminated'].includes(instanceState(world, row)));
  if (alive.length < ids.length) {
    throw new AwsError(
      'IdempotentInstanceTerminated',
      'The client token you have provided is associated with a terminated resource. Please use a different token for this request.',
    );
  }
  return rows;
}
