import { exitCodes } from './exitCodes.ts';

interface VerbHelp {
  readonly usage: string;
  readonly does: string;
  readonly examples: readonly string[];
}

/** What `--help` says of each verb. */
export const verbHelp = {
  create: {
    usage: 'create -f FILE [--take-over]',
    does: 'Creates the cluster of a spec and shows the run until it ends. A local run lives in this process: after a Ctrl-C or a crash, resume goes on with it.',
    examples: ['kubestep create -f cluster.yaml', 'kubestep create -f events/createCluster.json -o json'],
  },
  delete: {
    usage: 'delete NAME [--delete-volumes] [--take-over]',
    does: 'Deletes a cluster with everything that belongs to it and shows the run until it ends. Volumes of Retain claims stay, and so do volumes of which no master could say; --delete-volumes takes the latter too.',
    examples: ['kubestep delete demo', 'kubestep delete demo --delete-volumes'],
  },
  protect: {
    usage: 'protect NAME [--off]',
    does: 'Protects a cluster against deletion; with --off lifts the protection. Either is on record.',
    examples: ['kubestep protect demo', 'kubestep protect demo --off'],
  },
  plan: {
    usage: 'plan -f FILE',
    does: 'Says what create would make: every resource, the price of a month, how long it takes and why. Of a cluster that exists: what the spec would change, and what can never change. Touches nothing.',
    examples: ['kubestep plan -f cluster.yaml', 'kubestep plan -f cluster.yaml -o json > plan.json'],
  },
  get: {
    usage:
      'get clusters | runs [NAME] | nodes [NAME] | quotas | kubeconfig NAME [--group GROUP] [--hours N] [--out FILE] [--server URL]',
    does: 'Lists clusters, runs (with NAME also those of a deleted cluster), machines, or the quotas that a cluster can run into. With kubeconfig: makes a key here, has it certified for up to 8 hours as one of the administrators (default) or viewers, and writes NAME.kubeconfig; other contexts in FILE stay. --server URL is for whoever reaches the API server by another address than its load balancer’s.',
    examples: [
      'kubestep get clusters',
      'kubestep get runs demo',
      'kubestep get nodes demo -o json',
      'kubestep get kubeconfig demo --group viewers --hours 1',
      'kubestep get kubeconfig demo --out ~/.kube/config',
    ],
  },
  describe: {
    usage: 'describe run ID [--cluster NAME]',
    does: 'Tells a run state by state: times, retries and their errors, sizes of input and output.',
    examples: ['kubestep describe run create-5bsfp6p8', 'kubestep describe run delete-x2k4 --cluster demo'],
  },
  watch: {
    usage: 'watch [RUN] [--cluster NAME]',
    does: 'Shows a run until it ends; without RUN the only one that has not ended.',
    examples: ['kubestep watch create-5bsfp6p8', 'kubestep watch | tee run.log'],
  },
  resume: {
    usage: 'resume [RUN] [--cluster NAME]',
    does: 'Goes on with a run that failed, was stopped, or whose local process died; without RUN the only unfinished one.',
    examples: ['kubestep resume', 'kubestep resume create-5bsfp6p8'],
  },
  stop: {
    usage: 'stop RUN [--cluster NAME]',
    does: 'Stops a run where it stands. The cluster stays locked by it; resume goes on.',
    examples: ['kubestep stop create-5bsfp6p8'],
  },
  machines: {
    usage:
      'machines up [-f FILE] [--install] [--plain-image] [--aws-delays] | machines prepare [--install] | machines clean',
    does: 'Creates a cluster of real processes on machines of this host: systemd-nspawn with real etcd and Kubernetes, driven by the same workflows. Builds what is missing. With --plain-image machines fetch every component from the bucket, as on a stock image; otherwise theirs has them baked in. With --aws-delays AWS takes as long as it does at the median, one master starts 90 s late and the Node API answers slowly; the end says how long the model takes for the same. prepare only builds. clean ends them and removes everything of theirs. Needs Linux, root and Go; a spec from someone else is code from someone else.',
    examples: [
      'kubestep machines up',
      'kubestep delete local --world .kubestep/machines/world',
      'kubestep machines clean',
    ],
  },
  serve: {
    usage: 'serve [--port N] [--mocks FILE] [--until-empty] | serve --env',
    does: 'Puts the local world on 127.0.0.1 in AWS’s own protocols, for awscli, boto3 and any SDK; --env prints what they need. --mocks answers tasks of your own state machines by a file in the shape of Step Functions Local. --until-empty ends it when the last cluster is deleted.',
    examples: ['kubestep serve', 'eval "$(npx kubestep serve --env)" && aws stepfunctions list-state-machines'],
  },
  validate: {
    usage: 'validate -f FILE [--offline]',
    does: 'Checks a spec against its schema, what the account offers and the cluster that exists under its name, and tells everything that is wrong at once.',
    examples: ['kubestep validate -f cluster.yaml', 'kubestep validate -f cluster.yaml --offline'],
  },
} as const satisfies Record<string, VerbHelp>;

export type Verb = keyof typeof verbHelp;

/** Whether a word is one of the verbs. */
export const isVerb = (word: string): word is Verb => Object.hasOwn(verbHelp, word);

const options = [
  '  --target local|aws   where: the embedded model of AWS on this machine (default), or a deployment in AWS',
  '  --endpoint URL       of the deployment (sls info shows it); it or $KUBESTEP_ENDPOINT means --target aws',
  '  --world DIR          where the local world is kept (default .kubestep/world)',
  '  --speed N            seconds of the local world in one of yours, at most (default 30); --real-time is --speed 1',
  '  -o json              the answer as JSON, the progress on standard error',
  '  --debug              errors with their stack',
  '  --help               this text; kubestep VERB --help tells one verb',
];

/** The help of the command, or of one verb. */
export function helpText(verb?: Verb): string {
  if (verb !== undefined) {
    const { usage, does, examples } = verbHelp[verb];
    return [
      `kubestep ${usage}`,
      '',
      does,
      '',
      'Examples',
      ...examples.map((line) => `  ${line}`),
      '',
      'Options',
      ...options,
    ].join('\n');
  }
  return [
    'kubestep: self-managed Kubernetes clusters on AWS, made by resumable workflows',
    '',
    'Usage',
    ...Object.values(verbHelp).map(({ usage }) => `  kubestep ${usage}`),
    '',
    'Options',
    ...options,
    '',
    'Examples',
    ...Object.values(verbHelp).map(({ examples }) => `  ${examples[0]}`),
    '',
    'Exit codes',
    `  ${exitCodes.done}    done`,
    `  ${exitCodes.runFailed}    the run failed or was stopped; it can be resumed`,
    `  ${exitCodes.invalid}    the command or the spec is wrong; nothing was touched`,
    `  ${exitCodes.locked}    another run holds the cluster, or another process the local world`,
    `  ${exitCodes.notFound}    no such cluster or run`,
    `  ${exitCodes.unreachable}    the API cannot be reached or refuses the caller`,
    `  ${exitCodes.defect}   a defect of kubestep`,
    `  ${exitCodes.interrupted}  interrupted from the keyboard`,
  ].join('\n');
}
