import * as z from 'zod';
import { InvalidRequest, NotFound } from '../errors.ts';
import { clusterName } from '../spec/texts.ts';
import { readCluster } from '../store/clusters.ts';
import { readLock } from '../store/lock.ts';
import { clusterNameIn, queryOf } from './httpEvent.ts';
import { progressOf, resumeCommand } from './lockProgress.ts';
import { type Operation, ofEveryRequest } from './operation.ts';

const request = z.strictObject({
  cluster: clusterName,
  /** Delete volumes of claims too, whatever their reclaim policy; volumes tagged kubestep/keep stay. */
  deleteVolumes: z.boolean().default(false),
  ...ofEveryRequest,
});

/** Deletes a cluster and everything that was created for it. */
export const deleteCluster: Operation<z.output<typeof request>> = {
  request,
  example: '{"operation":"deleteCluster","cluster":"demo"}',
  routes: {
    deleteCluster: (http) => ({ cluster: clusterNameIn(http), ...queryOf(http, 'deleteCluster') }),
  },
  clusterNameOf({ cluster }) {
    return cluster;
  },
  async subjectOf({ cluster: name }, earlier) {
    if (earlier) return earlier;
    const cluster = await readCluster(name);
    if (!cluster) throw new NotFound(await whyThereIsNone(name));
    if (cluster.deletionProtection) {
      throw new InvalidRequest(
        `cluster: ${name} is protected against deletion. Lift the protection first: kubestep protect ${name} --off`,
      );
    }
    return cluster;
  },
  recordOf({ deleteVolumes }) {
    return deleteVolumes ? { deleteVolumes } : {};
  },
};

/** A creation records its cluster with its first state, a moment after it was asked for; a deletion forgets it before its last. */
async function whyThereIsNone(name: string): Promise<string> {
  const none = `There is no cluster ${name}`;
  const { holder } = await readLock(name);
  if (holder?.operation !== 'createCluster') return `${none} in this deployment.`;
  const { runId } = holder;
  switch (await progressOf(holder)) {
    case 'at work':
      return `${none} yet: ${runId} has just begun. Ask again in a moment, or look: kubestep watch ${runId} --cluster ${name}`;
    case 'ended':
      return `${none}: ${runId} was stopped or failed before it made the cluster. Continue it: ${resumeCommand(name, holder)}; or take its lock over: kubestep create -f FILE --take-over`;
    case 'not started':
      return `${none}: ${runId} has taken its lock and was never started. Take the lock over: kubestep create -f FILE --take-over`;
  }
}
