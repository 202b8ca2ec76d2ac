import * as z from 'zod';
import { InvalidRequest, NotFound } from '../errors.ts';
import { clusterName } from '../spec/texts.ts';
import { canBeBackedUp, readCluster } from '../store/clusters.ts';
import { clusterNameIn, queryOf } from './httpEvent.ts';
import { type Operation, ofEveryRequest } from './operation.ts';

const request = z.strictObject({ cluster: clusterName, ...ofEveryRequest });

/** Stores a verified snapshot of a cluster's etcd, and what a restore needs beside it. */
export const backupEtcd: Operation<z.output<typeof request>> = {
  request,
  example: '{"operation":"backupEtcd","cluster":"demo"}',
  isUnlocked: true,
  routes: {
    createBackup: (http) => ({ cluster: clusterNameIn(http), ...queryOf(http, 'createBackup') }),
  },
  clusterNameOf({ cluster }) {
    return cluster;
  },
  async subjectOf({ cluster: name }, earlier) {
    if (earlier) return earlier;
    const cluster = await readCluster(name);
    if (!cluster) throw new NotFound(`There is no cluster ${name} in this deployment.`);
    if (!canBeBackedUp(cluster))
      throw new InvalidRequest(
        `cluster: ${name} is ${cluster.status}; only a cluster that was created can be backed up.`,
      );
    return cluster;
  },
};
