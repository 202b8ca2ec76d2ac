import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { IssuedKubeconfig } from '../../shared/operations/issueKubeconfig.ts';
import { requestTo } from '../../shared/operations/routes.ts';
import { operatorGroups } from '../../shared/pki/operator.ts';
import { exitCodes, usageError } from '../exitCodes.ts';
import { readKubeconfigFile, writeKubeconfigFile } from '../kubeconfig/kubeconfigFile.ts';
import { contextOf, mergeKubeconfig, NoKubeconfig } from '../kubeconfig/mergeKubeconfig.ts';
import { makeOperatorKey } from '../kubeconfig/operatorKey.ts';
import { withOutput, withTarget } from '../options.ts';
import { ask, type Target } from '../target.ts';
import { oneLine, timeText } from '../words.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep get kubeconfig NAME` */
export const kubeconfigVerb: Verb = (run) => {
  const verb = new Command('kubeconfig')
    .summary('Makes a kubeconfig for a few hours.')
    .description(
      'Makes a key on this machine, has it certified for up to 8 hours as one of the administrators or viewers, and writes a kubeconfig. Other contexts in FILE are kept.',
    )
    .argument('<NAME>', 'the name of the cluster')
    .addOption(
      new Option('--group <GROUP>', 'who you are in the cluster').choices(operatorGroups).default(operatorGroups[0]),
    )
    .option('--hours <N>', 'how long the certificate is valid, up to 8 hours (default 8)')
    .option('--out <FILE>', 'the file to write; - is standard output (default NAME.kubeconfig)')
    .option('--server <URL>', 'reach the API server here and not at its load balancer', serverOf)
    .addHelpText(
      'after',
      examples(
        'kubestep get kubeconfig demo --group viewers --hours 1',
        'kubestep get kubeconfig demo --out ~/.kube/config',
      ),
    )
    .action((name, options, command) =>
      run(command, async (context) => {
        await getKubeconfig(context, await context.target(), { name, ...options });
        return exitCodes.done;
      }),
    );
  return withOutput(withTarget(verb));
};

/** Which access is wanted, and where it is written. */
export interface KubeconfigWanted {
  readonly name: string;
  readonly group?: string;
  /** The deployment judges them. */
  readonly hours?: string | undefined;
  readonly out?: string | undefined;
  readonly server?: string | undefined;
}

/** A key made here, a certificate for hours, and a file that kubectl takes. */
export async function getKubeconfig(
  context: CommandContext,
  target: Target,
  { name, group = operatorGroups[0], hours, server, out: file = `${name}.kubeconfig` }: KubeconfigWanted,
): Promise<void> {
  const existing = file === standardOutput ? '' : readExisting(file);

  const { privateKey, signingRequest } = makeOperatorKey();
  const issued = await ask<IssuedKubeconfig>(target, {
    ...requestTo('issueKubeconfig', { name, group }),
    body: signingRequest,
    ...(hours !== undefined && { query: { hours } }),
  });
  const serverName = server === undefined ? undefined : new URL(issued.endpoint).hostname;
  const text = mergeKubeconfig(existing, {
    ...issued,
    server: server ?? issued.endpoint,
    ...(serverName !== undefined && { serverName }),
    privateKey,
  });
  if (file === standardOutput) {
    context.output.write(text);
    return;
  }
  writeKubeconfigFile(file, text);
  printAccess(context, { file, issued, server: server ?? issued.endpoint, isSimulated: target.isSimulated ?? false });
}

/** What `--out -` means, as everywhere. */
const standardOutput = '-';

/** Only scheme, host and port: nothing else identifies the API server. */
function serverOf(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol === 'https:' && url.origin === server.replace(/\/$/, '').replace(/:443$/, '')) return server;
  throw new InvalidArgumentError('It takes an address such as https://127.0.0.1:6443.');
}

/** Before anything is issued: a certificate that cannot be written down would be on record and nowhere else. */
function readExisting(file: string): string {
  try {
    const existing = readKubeconfigFile(file);
    mergeKubeconfig(existing, noAccess);
    return existing;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such folder' : message;
    const untouched = error instanceof NoKubeconfig ? ' It is left as it is; --out names another file.' : '';
    throw usageError(`${file}: ${why}.${untouched}`);
  }
}

const noAccess = { clusterId: '', group: '', server: '', authority: '', certificate: '', privateKey: '' };

interface Written {
  readonly file: string;
  readonly issued: IssuedKubeconfig;
  readonly server: string;
  readonly isSimulated: boolean;
}

function printAccess(context: CommandContext, { file, issued, server, isSimulated }: Written): void {
  const { cluster, clusterId, group, user, expiresAt } = issued;
  const current = contextOf(issued);
  const value = { file, context: current, cluster, clusterId, group, user, server, expiresAt };
  const look = group === 'viewers' ? 'get pods --all-namespaces' : 'get nodes';
  answer(context, value, () => [
    `${file} gives you access as one of the ${group} of ${cluster} until ${timeText(expiresAt)}`,
    `In the cluster and its audit log you are ${oneLine(user)}; the file's current context is ${oneLine(current)}`,
    '',
    `  kubectl --kubeconfig ${quoted(file)} ${look}`,
    ...(isSimulated ? ['', 'The machines of this cluster are simulated: nothing answers there.'] : []),
  ]);
}

/** As a shell takes it for one word. */
const quoted = (text: string): string => (/^[\w./~@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
