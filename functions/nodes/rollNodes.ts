import * as z from 'zod';
import { launchFailure, requireGroup, resize } from '../../shared/aws/autoScalingGroups.ts';
import { Conflict, InsufficientCapacity } from '../../shared/step/errors.ts';
import { step } from '../../shared/step/step.ts';
import { awaitReports } from '../../shared/store/taskTokens.ts';

/**
 * Brings one node group to its size. Done when so many of its nodes, launched from the group's template version, are ready.
 * A group that lacks capacity waits in silence, so each try reads its activities and tells their cause.
 */
export const handler = step(
  z.object({ nodeGroup: z.string(), taskToken: z.string() }),
  async ({ run, plan, attempt, input }) => {
    const blueprint = plan.blueprint.nodeGroups.find(({ name }) => name === input.nodeGroup);
    if (!blueprint) throw new Conflict(`The plan has no node group ${input.nodeGroup}`);
    const { min, max, desired } = blueprint.size;

    const group = await requireGroup(run.clusterId, blueprint.name);
    if (group.desired < desired) await resize(group.name, { min, max, desired });

    const cause = attempt > 0 && group.inService < group.desired ? await launchFailure(group.name) : undefined;
    if (cause !== undefined) {
      throw new InsufficientCapacity(
        `Node group ${blueprint.name} has ${group.inService} of ${group.desired} nodes: ${cause}`,
      );
    }

    const awaited = {
      phase: 'node-ready',
      group: blueprint.name,
      templateVersion: group.templateVersion ?? '',
      count: Math.max(group.desired, desired),
    } as const;
    await awaitReports(run, 'RollNodes', input.taskToken, awaited, blueprint.name);
    return { nodes: awaited.count };
  },
);
