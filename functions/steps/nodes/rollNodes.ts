import * as z from 'zod';
import { launchFailure, requireGroup, resize } from '../../../shared/aws/autoScalingGroups.ts';
import { Conflict, InsufficientCapacity } from '../../../shared/errors.ts';
import { awaitReports } from '../../../shared/reports/awaitReports.ts';
import { step } from '../../../shared/step/step.ts';

/**
 * Brings one node group to its size. Done when so many of its nodes, launched from the group's template version, are ready,
 * or all but the few that a run can do without (shared/reports/failureBudget.ts). A group that lacks capacity waits in silence, so each try reads its activities and reports their cause.
 */
export const handler = step(
  z.object({ nodeGroup: z.string(), taskToken: z.string() }),
  async ({ run, plan, attempt, input: { nodeGroup, taskToken } }) => {
    const blueprint = plan.blueprint.nodeGroups.find(({ name }) => name === nodeGroup);
    if (!blueprint) throw new Conflict(`The plan has no node group ${nodeGroup}`);
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
      groupName: group.name,
      templateVersion: group.templateVersion ?? '',
      count: Math.max(group.desired, desired),
    } as const;
    await awaitReports({ run, attempt, state: 'RollNodes', taskToken, slot: blueprint.name }, awaited);
    return { nodes: awaited.count };
  },
);
