import { type RouteName, requestTo } from '../../shared/operations/routes.ts';
import { CommandFailure } from '../exitCodes.ts';
import type { Deployment } from '../printWhere.ts';
import type { AppliedQuota } from '../quotas.ts';
import type { ApiAnswer, ApiRequest, Target } from '../target.ts';
import { ownTime } from '../time.ts';
import { type Finding, failed, ok, warning } from './finding.ts';
import { clockFinding } from './machine.ts';

/** Whether the endpoint answers anybody, and what time it has. Without a signature IAM refuses, which is an answer. */
export async function reachFindings(endpoint: string): Promise<readonly Finding[]> {
  try {
    const { headers } = await fetch(new URL('/clusters', endpoint), { signal: AbortSignal.timeout(10_000) });
    const serverTime = Date.parse(headers.get('date') ?? '');
    return [
      ok('endpoint', `${endpoint} answers`),
      ...(Number.isNaN(serverTime) ? [] : [clockFinding(ownTime.now(), serverTime)]),
    ];
  } catch (error) {
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    const remedy =
      'Check --endpoint, KUBESTEP_ENDPOINT or the context (sls info shows the endpoint), and the way out: proxy, VPN, DNS.';
    return [failed('endpoint', `${endpoint} does not answer: ${why}`, remedy)];
  }
}

interface Listed {
  readonly deployment?: Deployment;
  readonly caller?: string;
}

/** Who asks, what may be asked, which version answers, and what the account has room for. Nothing is changed. */
export async function deploymentFindings(target: Target, version: string): Promise<readonly Finding[]> {
  let answered: ApiAnswer;
  try {
    answered = await target.request(requestTo('listClusters', {}));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return [failed('credentials', error.message, 'Sign in (aws sso login), or set AWS_PROFILE.')];
  }
  const { deployment, caller } = (answered.status === 200 ? answered.body : {}) as Listed;
  return [
    ...(caller === undefined ? [] : [ok('credentials', `You are ${caller}`)]),
    ...(deployment === undefined ? [] : [versionFinding(deployment, version)]),
    await rightsFinding(target, answered),
    ...(await quotaFindings(target)),
  ];
}

function versionFinding({ account, region, name, version: deployed }: Deployment, version: string): Finding {
  const said = `Deployment ${name} in account ${account}, ${region}`;
  if (deployed === version) return ok('version', `${said} is ${version}, as this command`);
  const remedy = 'Deploy again (npx sls deploy), or install the command of that version.';
  return warning('version', `${said} is ${deployed ?? 'of an unknown version'}, this command ${version}`, remedy);
}

/** No cluster has this name, so an answer about it only shows whether it may be asked for. */
const nobody = 'kubestep-doctor';

/** What looks only, and planning, which is refused for want of a spec once IAM has let it pass. */
const looks: readonly (readonly [RouteName, ApiRequest])[] = [
  ['getCluster', requestTo('getCluster', { name: nobody })],
  ['getPlan', requestTo('getPlan', { name: nobody })],
  ['listNodes', requestTo('listNodes', { name: nobody })],
  ['listRuns', requestTo('listRuns', { name: nobody })],
  ['listAudit', requestTo('listAudit', { name: nobody })],
  ['planDeletion', requestTo('planDeletion', { name: nobody })],
  ['planCluster', { ...requestTo('planCluster', { name: nobody }), body: '{}' }],
];

async function rightsFinding(target: Target, listed: ApiAnswer): Promise<Finding> {
  const answers = await Promise.all(
    looks.map(async ([route, request]) => [route, (await target.request(request)).status] as const),
  );
  const refused = [['listClusters', listed.status] as const, ...answers]
    .filter(([, status]) => status === 401 || status === 403)
    .map(([route]) => route);
  if (refused.length === 0)
    return ok('rights', 'You may look at everything and plan; creating, deleting and the like were not tried');
  return failed(
    'rights',
    `You may not ask for ${refused.join(', ')}`,
    'Allow execute-api:Invoke on these routes (docs/api.md has their paths), or use other credentials (AWS_PROFILE).',
  );
}

async function quotaFindings(target: Target): Promise<readonly Finding[]> {
  const { status, body } = await target.request(requestTo('listQuotas', {}));
  if (status !== 200)
    return [warning('quotas', 'The account’s quotas could not be read', 'kubestep get quotas shows why.')];
  const { quotas } = body as { quotas: readonly AppliedQuota[] };
  const low = quotas.filter(({ value, usualCluster = 0 }) => value !== null && value < usualCluster);
  if (low.length === 0) return [ok('quotas', 'The quotas have room for a cluster, if nothing else uses them up')];
  return low.map(({ service, code, name, value, usualCluster }) =>
    warning(
      'quotas',
      `Quota "${name}" is ${value}, and a cluster of the usual size takes ${usualCluster}`,
      `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value N`,
    ),
  );
}
