import { Command } from '@commander-js/extra-typings';
import { requestTo } from '../../shared/operations/routes.ts';
import type { BackupRow } from '../../shared/store/backups.ts';
import { exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { listClusters } from '../runs.ts';
import { table } from '../table.ts';
import { ask } from '../target.ts';
import { timeText } from '../words.ts';
import { type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep get backups [--cluster NAME]` */
export const backupsVerb: Verb = (run) => {
  const verb = new Command('backups')
    .aliases(['backup'])
    .summary('verified snapshots of etcd')
    .description('Lists the backups of every cluster; with --cluster those of one name, deleted clusters among them.')
    .option('--cluster <NAME>', 'only backups of clusters of this name')
    .addHelpText('after', examples('kubestep get backups', 'kubestep get backups --cluster demo'))
    .action(({ cluster }, command) => run(command, (context) => getBackups(context, cluster)));
  return withOutput(withTarget(verb), ['wide', 'name']);
};

async function getBackups(context: CommandContext, cluster: string | undefined) {
  const target = await context.target();
  const names = cluster === undefined ? (await listClusters(target)).map(({ name }) => name) : [cluster];
  const lists = await Promise.all(
    names.map((name) => ask<{ backups: readonly BackupRow[] }>(target, requestTo('listBackups', { name }))),
  );
  table(context, {
    values: lists.flatMap(({ backups }) => backups),
    none: 'No cluster that exists has a backup. Make one: kubestep backup NAME. Those of a deleted cluster: kubestep get backups --cluster NAME',
    nameOf: ({ runId }) => `backup/${runId}`,
    columns: {
      BACKUP: ({ runId }) => runId,
      CLUSTER: ({ clusterName }) => clusterName,
      TAKEN: ({ takenAt }) => timeText(takenAt),
      KUBERNETES: ({ kubernetesVersion }) => kubernetesVersion,
      ETCD: ({ etcdVersion }) => etcdVersion,
      REVISION: ({ revision }) => String(revision),
      BYTES: ({ sizeBytes }) => String(sizeBytes),
    },
    wide: {
      'CLUSTER ID': ({ clusterId }) => clusterId,
      OBJECT: ({ bucket, snapshotKey }) => `s3://${bucket}/${snapshotKey}`,
      SHA256: ({ sha256 }) => sha256,
    },
  });
  return exitCodes.done;
}
