import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { NodeView } from '../../shared/operations/listNodes.ts';
import { requestTo } from '../../shared/operations/routes.ts';
import { progressOf } from '../cluster/clusterStatus.ts';
import { CommandFailure, exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import type { AppliedQuota } from '../quotas.ts';
import { listClusters, listRuns, statusOf } from '../runs.ts';
import { sampleSpec } from '../sampleSpec.ts';
import { table } from '../table.ts';
import { ask, type Target } from '../target.ts';
import { clusterView, listedRunView } from '../views.ts';
import { timeText } from '../words.ts';
import { type CommandContext, examples, type Run, type Verb } from './command.ts';
import { auditVerb } from './getAudit.ts';
import { backupsVerb } from './getBackups.ts';
import { eventsVerb } from './getEvents.ts';
import { kubeconfigVerb } from './kubeconfig.ts';

/** `kubestep get clusters|runs|nodes|events|audit|backups|quotas|kubeconfig` */
export const getVerb: Verb = (run) =>
  new Command('get')
    .summary('list clusters, runs, machines, events, the audit, backups or quotas, or get a kubeconfig')
    .description('Lists clusters, runs, machines, events, the audit, backups or quotas, or gets a kubeconfig.')
    .usage('KIND [NAME] [options]')
    .addCommand(clustersVerb(run))
    .addCommand(runsVerb(run))
    .addCommand(nodesVerb(run))
    .addCommand(eventsVerb(run))
    .addCommand(auditVerb(run))
    .addCommand(backupsVerb(run))
    .addCommand(quotasVerb(run))
    .addCommand(kubeconfigVerb(run))
    .addHelpText('after', examples('kubestep get clusters', 'kubestep get nodes demo'));

const clustersVerb: Verb = (run) =>
  listing(
    new Command('clusters')
      .aliases(['cluster', 'cl'])
      .description('Lists the clusters of the deployment. kubestep describe cluster NAME shows more about one.')
      .argument('[NAME]', 'only this cluster')
      .addHelpText('after', examples('kubestep get clusters', 'kubestep get cluster demo'))
      .action((name, _, command) => run(command, work(getClusters, name))),
  );

const runsVerb: Verb = (run) =>
  listing(
    new Command('runs')
      .aliases(['run'])
      .description('Lists the runs of every cluster; with NAME those of one cluster, also of a deleted one.')
      .argument('[NAME]', 'only runs of this cluster')
      .addHelpText('after', examples('kubestep get runs', 'kubestep get runs demo'))
      .action((name, _, command) => run(command, work(getRuns, name))),
  );

const nodesVerb: Verb = (run) =>
  listing(
    new Command('nodes')
      .aliases(['node', 'no'])
      .description('Lists machines and what they reported last.')
      .argument('[NAME]', 'only machines of this cluster')
      .addHelpText('after', examples('kubestep get nodes demo', 'kubestep get nodes demo -o json'))
      .action((name, _, command) => run(command, work(getNodes, name))),
  );

const quotasVerb: Verb = (run) =>
  listing(
    new Command('quotas')
      .aliases(['quota'])
      .description('Lists the quotas that a cluster can run into.')
      .addHelpText('after', examples('kubestep get quotas'))
      .action((_, command) => run(command, work(getQuotas, undefined))),
  );

const listing = (verb: CommandUnknownOpts): CommandUnknownOpts => withOutput(withTarget(verb), ['wide', 'name']);

type Listing = (context: CommandContext, target: Target, name: string | undefined) => Promise<void>;

const work =
  (list: Listing, name: string | undefined): Parameters<Run>[1] =>
  async (context) => {
    await list(context, await context.target(), name);
    return exitCodes.done;
  };

const getClusters: Listing = async (context, target, name) => {
  const clusters = (await listClusters(target)).filter((cluster) => name === undefined || cluster.name === name);
  if (name !== undefined && clusters.length === 0)
    throw new CommandFailure(exitCodes.notFound, `There is no cluster ${name} in this deployment.`);
  table(context, {
    values: clusters.map(clusterView),
    none: `There are no clusters. Make one: kubestep create -f ${sampleSpec(context.projectRoot)}`,
    nameOf: ({ name }) => `cluster/${name}`,
    columns: {
      NAME: ({ name }) => name,
      STATUS: ({ status }) => status,
      KUBERNETES: ({ kubernetesVersion }) => kubernetesVersion,
      REGION: ({ region }) => region,
      ENDPOINT: ({ endpoint = '' }) => endpoint,
      CREATED: ({ createdAt }) => timeText(createdAt),
    },
    wide: {
      'CLUSTER ID': ({ clusterId }) => clusterId,
      ENVIRONMENT: ({ environment }) => environment,
      PROTECTED: ({ deletionProtection }) => (deletionProtection ? 'yes' : 'no'),
    },
  });
};

const getRuns: Listing = async (context, target, name) => {
  const runs = await listRuns(target, name);
  const statuses = await Promise.all(runs.map((run) => statusOf(target, run)));
  table(context, {
    values: runs.map((run, index) => listedRunView(run, statuses[index] ?? '')),
    none: 'There are no runs. Those of a deleted cluster: kubestep get runs NAME',
    nameOf: ({ runId }) => `run/${runId}`,
    columns: {
      RUN: ({ runId }) => runId,
      OPERATION: ({ operation }) => operation,
      CLUSTER: ({ cluster }) => cluster,
      STATUS: ({ status }) => status,
      ASKED: ({ requestedAt }) => timeText(requestedAt),
      BY: ({ requestedBy }) => requestedBy,
    },
    wide: {
      'CLUSTER ID': ({ clusterId }) => clusterId,
      ENDED: ({ endedAt }) => (endedAt === undefined ? '' : timeText(endedAt)),
    },
  });
};

const getNodes: Listing = async (context, target, name) => {
  const names = name === undefined ? (await listClusters(target)).map((cluster) => cluster.name) : [name];
  const lists = await Promise.all(
    names.map(async (cluster) => {
      const { nodes } = await ask<{ nodes: readonly NodeView[] }>(target, requestTo('listNodes', { name: cluster }));
      return nodes.map((node) => ({ cluster, ...node }));
    }),
  );
  table(context, {
    values: lists.flat(),
    none: 'There are no machines.',
    nameOf: ({ instanceId }) => `node/${instanceId}`,
    columns: {
      CLUSTER: ({ cluster }) => cluster,
      MACHINE: ({ instanceId }) => instanceId,
      ROLE: ({ role }) => role,
      'SLOT OR GROUP': ({ slot, group = '' }) => slot ?? group,
      ZONE: ({ zone }) => zone,
      ADDRESS: ({ address }) => address,
      PHASE: progressOf,
      'CERTIFICATES UNTIL': ({ certificatesUntil }) =>
        certificatesUntil === undefined ? '' : timeText(certificatesUntil),
    },
    wide: {
      'LAST PHASE': ({ phase = '' }) => phase,
      'WAITS FOR': ({ waitsFor = '' }) => waitsFor,
      FAILURE: ({ failure = '' }) => failure,
    },
  });
};

const getQuotas: Listing = async (context, target) => {
  const { quotas } = await ask<{ quotas: readonly AppliedQuota[] }>(target, requestTo('listQuotas', {}));
  table(context, {
    values: quotas,
    none: 'No quotas are known.',
    nameOf: ({ code }) => `quota/${code}`,
    columns: {
      CODE: ({ code }) => code,
      QUOTA: ({ name }) => name,
      APPLIED: ({ value }) => (value === null ? 'unknown' : String(value)),
    },
    wide: { SERVICE: ({ service }) => service },
  });
};
