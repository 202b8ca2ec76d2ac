import * as z from 'zod';

/**
 * The HTTP API as one table: what is deployed (resources/httpApi.cjs), what handlers take, where the command asks, and
 * docs/api.md all follow from it.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/clusters/{name}`: IAM judges method and path, so whatever may be allowed apart is in them. */
  readonly path: `/${string}`;
  /** Who asks: operators are answered by functions/api, machines by functions/nodeApi. */
  readonly callers: 'operators' | 'machines';
  /** The function that answers. */
  readonly function: string;
  /** One sentence. */
  readonly summary: string;
  /** Query parameters. An operator's request with any other is refused. */
  readonly query: Readonly<Record<string, z.ZodType>>;
  /** What the request carries. */
  readonly body?: { readonly type: string; readonly description: string };
}

/** Said with `true` or `false` and in no other way: `takeOver=1` must not mean no. */
const flag = (description: string) =>
  z
    .enum(['true', 'false'], { error: 'is true or false' })
    .default('false')
    .transform((text) => text === 'true')
    .describe(description);

/** Names the request: sent again, it finds its own run instead of starting another. */
export const requestId = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'takes 1 to 64 letters, digits and hyphens')
  .optional()
  .describe('Names the request: sent again with the same id, it finds its own run instead of starting another.');

/** What every route that starts a run takes. */
const ofRuns = {
  requestId,
  takeOver: flag('Take the cluster’s lock from a run that has ended without giving it back.'),
};

const spec = { type: 'application/yaml', description: 'The spec of the cluster as YAML or JSON: cluster.schema.json.' };

export const routes = {
  listClusters: {
    method: 'GET',
    path: '/clusters',
    callers: 'operators',
    function: 'listClusters',
    summary: 'Lists the clusters of this deployment, and says which deployment it is and who asked.',
    query: {},
  },
  getCluster: {
    method: 'GET',
    path: '/clusters/{name}',
    callers: 'operators',
    function: 'getCluster',
    summary: 'Shows a cluster with its lock, its slots and what its machines have reported.',
    query: {},
  },
  createCluster: {
    method: 'PUT',
    path: '/clusters/{name}',
    callers: 'operators',
    function: 'startWorkflow',
    summary: 'Starts the creation of the cluster of a spec.',
    query: ofRuns,
    body: spec,
  },
  reconfigureCluster: {
    method: 'POST',
    path: '/clusters/{name}/reconfigure',
    callers: 'operators',
    function: 'startWorkflow',
    summary:
      'Starts the run that brings a cluster that exists to a changed spec. Where the spec changes nothing, says so and starts none.',
    query: ofRuns,
    body: spec,
  },
  deleteCluster: {
    method: 'DELETE',
    path: '/clusters/{name}',
    callers: 'operators',
    function: 'startWorkflow',
    summary: 'Starts the deletion of a cluster and of everything that was created for it.',
    query: {
      ...ofRuns,
      deleteVolumes: flag(
        'Delete volumes of claims too, whatever their reclaim policy; volumes tagged kubestep/keep stay.',
      ),
    },
  },
  createBackup: {
    method: 'POST',
    path: '/clusters/{name}/backups',
    callers: 'operators',
    function: 'startWorkflow',
    summary: 'Starts a backup: a verified snapshot of the cluster’s etcd, and what a restore needs beside it.',
    query: { requestId },
  },
  listBackups: {
    method: 'GET',
    path: '/clusters/{name}/backups',
    callers: 'operators',
    function: 'listBackups',
    summary: 'Lists the backups of a cluster name, also those of clusters that were deleted since.',
    query: {},
  },
  planCluster: {
    method: 'POST',
    path: '/clusters/{name}/plan',
    callers: 'operators',
    function: 'startWorkflow',
    summary:
      'Plans the cluster of a spec, with resources, price and duration, or what the spec would change in the cluster that exists. Nothing is touched.',
    query: {},
    body: spec,
  },
  getPlan: {
    method: 'GET',
    path: '/clusters/{name}/plan',
    callers: 'operators',
    function: 'getPlan',
    summary: 'Shows the plan that the cluster was last made of, with its resources, price and duration.',
    query: {},
  },
  exportTerraform: {
    method: 'GET',
    path: '/clusters/{name}/export/terraform',
    callers: 'operators',
    function: 'exportTerraform',
    summary: 'Gives what AWS has of a cluster as Terraform code with import blocks. Nothing is touched.',
    query: {},
  },
  setDeletionProtection: {
    method: 'POST',
    path: '/clusters/{name}/protection',
    callers: 'operators',
    function: 'setDeletionProtection',
    summary: 'Protects a cluster against deletion, or lifts the protection.',
    query: {
      protected: z.enum(['true', 'false'], { error: 'is true or false' }).describe('Whether deletions are refused.'),
    },
  },
  listNodes: {
    method: 'GET',
    path: '/clusters/{name}/nodes',
    callers: 'operators',
    function: 'listNodes',
    summary: 'Lists the machines of a cluster and how far each has got.',
    query: {},
  },
  issueKubeconfig: {
    method: 'POST',
    path: '/clusters/{name}/kubeconfig/{group}',
    callers: 'operators',
    function: 'issueKubeconfig',
    summary: 'Issues a certificate for an operator of the group, for a key that only the operator has.',
    query: { hours: z.string().optional().describe('How long the certificate is valid; up to 8 hours.') },
    body: { type: 'application/x-pem-file', description: 'A PKCS #10 request for a P-256 key, in PEM.' },
  },
  listAudit: {
    method: 'GET',
    path: '/clusters/{name}/audit',
    callers: 'operators',
    function: 'listAudit',
    summary: 'Lists who did what to the clusters of a name, and what deletions have left, also of deleted clusters.',
    query: {
      action: z
        .string()
        .optional()
        .describe('Only entries of this action; certificate-issued lists those that machines renew, too.'),
    },
  },
  planDeletion: {
    method: 'GET',
    path: '/clusters/{name}/deletion',
    callers: 'operators',
    function: 'planDeletion',
    summary: 'Says what a deletion of the cluster would take and leave, as AWS shows it now. Nothing is touched.',
    query: {},
  },
  listRuns: {
    method: 'GET',
    path: '/clusters/{name}/runs',
    callers: 'operators',
    function: 'listRuns',
    summary: 'Lists the runs of a cluster name, also those of clusters that were deleted since.',
    query: {},
  },
  getRun: {
    method: 'GET',
    path: '/clusters/{name}/runs/{id}',
    callers: 'operators',
    function: 'getRun',
    summary: 'Shows a run: its states, their failures, times and sizes.',
    query: {
      brief: flag('Only status and times, without the states.'),
      after: z
        .string()
        .regex(/^(0|[\w-]{1,90}:\d{1,6})$/, 'is 0, or EXECUTION:EVENT')
        .optional()
        .describe(
          '0, then EXECUTION:EVENT, the name of the execution and the last event that was seen: only `events` after it, instead of `view`. Those of another execution than `run.executionArn` do not count any more.',
        ),
    },
  },
  resumeRun: {
    method: 'POST',
    path: '/clusters/{name}/runs/{id}/resume',
    callers: 'operators',
    function: 'resumeRun',
    summary: 'Continues a run where it failed or was stopped.',
    query: {},
  },
  stopRun: {
    method: 'POST',
    path: '/clusters/{name}/runs/{id}/stop',
    callers: 'operators',
    function: 'stopRun',
    summary: 'Stops a run between two steps; the cluster stays locked, so that the run can be resumed.',
    query: {},
  },
  listQuotas: {
    method: 'GET',
    path: '/quotas',
    callers: 'operators',
    function: 'listQuotas',
    summary: 'Lists the account’s quotas that a cluster can run into, under AWS’s names, as applied in this region.',
    query: {},
  },

  getBundle: {
    method: 'GET',
    path: '/node/bundle',
    callers: 'machines',
    function: 'getBundle',
    summary: 'Gives a machine the bundle that its user data pins.',
    query: {
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional()
        .describe('The bundle that the caller’s launch template pins; the newest without it.'),
    },
  },
  getEtcd: {
    method: 'GET',
    path: '/node/etcd',
    callers: 'machines',
    function: 'getEtcd',
    summary: 'Says how the machine’s etcd may start on an empty disk.',
    query: {},
  },
  postCertificates: {
    method: 'POST',
    path: '/node/certificates',
    callers: 'machines',
    function: 'postCertificates',
    summary: 'Issues the certificates of a machine.',
    query: {},
    body: { type: 'application/json', description: 'A PKCS #10 request for each certificate, by its name.' },
  },
  postReport: {
    method: 'POST',
    path: '/node/report',
    callers: 'machines',
    function: 'postReport',
    summary: 'Takes what a machine reports of itself, and continues the runs that wait for it.',
    query: {},
    body: {
      type: 'application/json',
      description: 'A phase or an operation, and its outcome: done, failed, waiting or running.',
    },
  },
  postSnapshot: {
    method: 'POST',
    path: '/node/snapshot',
    callers: 'machines',
    function: 'postSnapshot',
    summary:
      'Gives a machine with a member of etcd a URL by which it can store the snapshot that a backup waits for, once.',
    query: {},
    body: {
      type: 'application/json',
      description: 'The operation that asked for the snapshot, its size and its sha256.',
    },
  },
  postPodRange: {
    method: 'POST',
    path: '/node/pod-range',
    callers: 'machines',
    function: 'postPodRange',
    summary: 'Gives a machine the range of its pods, the same at every boot, once the VPC routes it there.',
    query: {},
  },
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof routes;

/** `GET /clusters/{name}`: how API Gateway names a route, in its events too. */
export const routeKeyOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;

type ParameterOf<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | ParameterOf<Rest> : never;

/** What fills the path of a route: `{ name: 'demo' }`. */
export type PathParameters<Name extends RouteName> = Readonly<
  Record<ParameterOf<(typeof routes)[Name]['path']>, string>
>;

/** Method and path of a request to a route. */
export function requestTo<Name extends RouteName>(
  name: Name,
  parameters: PathParameters<Name>,
): { readonly method: Route['method']; readonly path: string } {
  const { method, path }: Route = routes[name];
  const values: Readonly<Record<string, string>> = parameters;
  return { method, path: path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(values[key] ?? '')) };
}
