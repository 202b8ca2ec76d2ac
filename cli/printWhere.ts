import { requestTo } from '../shared/operations/routes.ts';
import { type CommandContext, isForPrograms } from './commands/command.ts';
import type { Target } from './target.ts';

/** What a deployment says of itself where it lists its clusters. */
export interface Deployment {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** Of the package that was deployed; earlier ones did not say. */
  readonly version?: string;
}

/**
 * Says, before anything is changed, where: nobody should take the model for an account, or one account for another.
 * A program reads only the answer, or the error.
 */
export async function printWhere(context: CommandContext, target: Target): Promise<void> {
  if (isForPrograms(context)) return;
  const { where } = context;
  const named = where.kind === 'aws' && where.context !== undefined ? `, context ${where.context}` : '';
  context.output.line(`${await whereText(target)}${named}`);
}

/** The account of the model: one of AWS's documentation, which nobody has. */
const modelAccount = '123456789012';

/** Loopback alone proves nothing: a tunnel or a proxy there may lead to a real account. */
function isLoopback(endpoint = ''): boolean {
  return URL.canParse(endpoint) && /^(127(\.\d+){3}|localhost|\[::1\])$/.test(new URL(endpoint).hostname);
}

async function whereText(target: Target): Promise<string> {
  if (target.kind === 'local') return 'Embedded model of AWS: nothing leaves this machine, no account is used';
  const { status, body } = await target.request(requestTo('listClusters', {}));
  const { deployment } = (body ?? {}) as { deployment?: Deployment };
  // The right to change one cluster need not include the right to list all.
  if (status !== 200 || deployment === undefined) return `AWS, the deployment at ${target.endpoint}`;
  const { account, region, name } = deployment;
  if (account === modelAccount && isLoopback(target.endpoint))
    return `Served model of AWS at ${target.endpoint}: nothing leaves this machine, no account is used`;
  return `AWS account ${account}, ${region}, deployment ${name} (${target.endpoint})`;
}
