import type { CallObserver } from '../../../local/cloud/cloud.ts';
import type { Steps } from './steps.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of every operation.
export type Answer = Record<string, any>;

/** The tags that a resource of the cluster has. */
export const tagsFor = (cluster: Steps, resource: string) =>
  Object.entries({
    'kubestep/deployment': cluster.plan.blueprint.cluster.deploymentId,
    'kubestep/cluster': cluster.clusterId,
    'kubestep/resource': resource,
  }).map(([Key, Value]) => ({ Key, Value }));

export const tagged = (cluster: Steps, ResourceType: string, resource: string) => [
  { ResourceType, Tags: tagsFor(cluster, resource) },
];

/** How a state knows a call whose answer never came: under a name that its Retry has, with the SDK's own name first. */
export const lostAnswer = { name: 'ServiceFailed', message: expect.stringMatching(/^TimeoutError: /) };

/** The first call of this operation by a function takes effect, and its answer is lost. */
export function losesAnswerOf(wanted: string): CallObserver {
  let lost = false;
  return {
    after({ principal, operation }) {
      if (lost || principal.kind !== 'role' || operation !== wanted) return;
      lost = true;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    },
  };
}

/** A function dies with its first call of this operation, which takes effect. */
export function diesWith(wanted: string): CallObserver {
  let isDead = false;
  return {
    after({ principal, operation }) {
      if (isDead || principal.kind !== 'role' || operation !== wanted) return;
      isDead = true;
      throw Object.assign(new Error(`died with ${wanted}`), { name: 'Died' });
    },
  };
}

/** The step ends and names both: what is in its way, and what differs. */
export const conflict = (...parts: string[]) => ({
  name: 'Conflict',
  message: expect.stringMatching(new RegExp(parts.join('.*'), 's')),
});

/** Until everything that was planted shows. */
export const settle = (cluster: Steps) => cluster.aws.world.clock.advance({ minutes: 1 });

/** The first call of this operation by a function fails on its way, and nobody knows whether it arrived. */
export function failsOnItsWay(wanted: string): CallObserver {
  let failed = false;
  return {
    before({ principal, operation }) {
      if (failed || principal.kind !== 'role' || operation !== wanted) return;
      failed = true;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    },
  };
}
