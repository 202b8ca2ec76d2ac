import { Command } from '@commander-js/extra-typings';
import type { NodeView } from '../../shared/operations/listNodes.ts';
import { requestTo } from '../../shared/operations/routes.ts';
import type { RecordedEntry } from '../../shared/store/audit.ts';
import type { RunRecord } from '../../shared/store/runs.ts';
import { detailText, printEarlier, readAudit } from '../audit.ts';
import { exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { listRuns } from '../runs.ts';
import { table } from '../table.ts';
import { accepted, type Target } from '../target.ts';
import { oneLine, timeText } from '../words.ts';
import { type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep get events NAME` */
export const eventsVerb: Verb = (run) => {
  const verb = new Command('events')
    .aliases(['event', 'ev'])
    .summary('what happened to a cluster')
    .description(
      'Lists what happened to the clusters of a name, in order: how runs began and ended, what people did, and which machines have trouble now. Events inside Kubernetes are not among them: kubectl get events.',
    )
    .argument('<NAME>', 'the name of the cluster')
    .addHelpText('after', examples('kubestep get events demo', 'kubestep get events demo -o json'))
    .action((name, _, command) => run(command, (context) => getEvents(context, name)));
  return withOutput(withTarget(verb), ['wide', 'name']);
};

/** Something that happened, for scripts. */
interface ClusterEvent {
  /** ISO 8601; missing for what is so now. */
  readonly at?: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  /** `run/create-x2k4`, `node/i-0abc`, `cluster/demo` */
  readonly object: string;
  readonly message: string;
}

async function getEvents(context: CommandContext, name: string) {
  const target = await context.target();
  const [{ entries, earlier }, runs, nodes] = await Promise.all([
    readAudit(target, name),
    listRuns(target, name),
    troubledNodes(target, name),
  ]);
  const past = [...entries.map((entry) => recorded(name, entry)), ...runs.flatMap(ended)];
  table<ClusterEvent>(context, {
    values: [...past.sort((one, other) => ((one.at ?? '') < (other.at ?? '') ? -1 : 1)), ...nodes],
    none: `Nothing has happened to ${name}.`,
    nameOf: ({ object }) => object,
    columns: {
      TIME: ({ at }) => (at === undefined ? 'now' : timeText(at)),
      TYPE: ({ type }) => type,
      REASON: ({ reason }) => reason,
      OBJECT: ({ object }) => object,
      MESSAGE: ({ message }) => message,
    },
    wide: {},
  });
  printEarlier(context, earlier);
  return exitCodes.done;
}

/** What somebody should look at among what is on record. */
const warnings: ReadonlySet<RecordedEntry['action']> = new Set([
  'lock-taken-over',
  'second-key-requested',
  'left-alone',
]);

function recorded(name: string, entry: RecordedEntry): ClusterEvent {
  const { at, action, id, by } = entry;
  return {
    at,
    type: warnings.has(action) ? 'Warning' : 'Normal',
    reason: wordsOf(action),
    object: action.startsWith('run-') ? `run/${id.split('#')[0]}` : `cluster/${name}`,
    message: oneLine(`by ${by}; ${detailText(entry)}`),
  };
}

/** `run-requested` → `RunRequested`, as Kubernetes writes reasons. */
const wordsOf = (action: string): string =>
  action
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

function ended({ runId, operation, ended: end }: RunRecord): readonly ClusterEvent[] {
  if (end === undefined) return [];
  const isDone = end.status === 'SUCCEEDED';
  const why = end.error === undefined ? '' : `: ${end.error}${end.cause === undefined ? '' : `: ${end.cause}`}`;
  return [
    {
      at: end.at,
      type: isDone ? 'Normal' : 'Warning',
      reason: isDone ? 'RunSucceeded' : 'RunEnded',
      object: `run/${runId}`,
      message: oneLine(`${operation} ${end.status}${why}`),
    },
  ];
}

/** Machines of a cluster that exists; one that was deleted has none. */
async function troubledNodes(target: Target, name: string): Promise<readonly ClusterEvent[]> {
  const request = requestTo('listNodes', { name });
  const answered = await target.request(request);
  if (answered.status === 404) return [];
  const { nodes } = accepted<{ nodes: readonly NodeView[] }>(target, request, answered);
  return nodes.flatMap(({ instanceId, alarm, failure }) =>
    [alarm, failure].flatMap((trouble) =>
      trouble === undefined
        ? []
        : [
            {
              type: 'Warning' as const,
              reason: trouble === alarm ? 'MachineAlarm' : 'MachineFailed',
              object: `node/${instanceId}`,
              message: oneLine(trouble),
            },
          ],
    ),
  );
}
