import type { IssuedKubeconfig } from '../../shared/operations/issueKubeconfig.ts';
import { operatorGroups } from '../../shared/pki/operator.ts';
import { type CommandLine, required } from '../commandLine.ts';
import { usageError } from '../exitCodes.ts';
import { readKubeconfigFile, writeKubeconfigFile } from '../kubeconfig/kubeconfigFile.ts';
import { contextOf, mergeKubeconfig, NoKubeconfig } from '../kubeconfig/mergeKubeconfig.ts';
import { makeOperatorKey } from '../kubeconfig/operatorKey.ts';
import { ask, type Target } from '../target.ts';
import { oneLine, timeText } from '../words.ts';
import { answer, type CommandContext } from './command.ts';

/** `kubestep get kubeconfig NAME`: a key made here, a certificate for hours, and a file that kubectl takes. */
export async function getKubeconfig(context: CommandContext, target: Target, word: string | undefined): Promise<void> {
  const { commandLine } = context;
  const name = required(commandLine, word, 'the name of the cluster');
  const group = groupOf(commandLine);
  const server = serverOf(commandLine);
  const file = commandLine.out ?? `${name}.kubeconfig`;
  const existing = file === standardOutput ? '' : readExisting(file);

  const { privateKey, signingRequest } = makeOperatorKey();
  const issued = await ask<IssuedKubeconfig>(target, {
    method: 'POST',
    path: `/clusters/${encodeURIComponent(name)}/kubeconfig/${group}`,
    body: signingRequest,
    ...(commandLine.hours !== undefined && { query: { hours: commandLine.hours } }),
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
  tell(context, { file, issued, server: server ?? issued.endpoint });
}

/** What `--out -` means, as everywhere. */
const standardOutput = '-';

function groupOf({ group = operatorGroups[0] }: CommandLine): string {
  if (operatorGroups.some((known) => known === group)) return group;
  throw usageError(`--group takes ${operatorGroups.join(' or ')}, not "${group}".`);
}

/** Only scheme, host and port: the API server is told apart by nothing else. */
function serverOf({ server }: CommandLine): string | undefined {
  if (server === undefined) return undefined;
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol === 'https:' && url.origin === server.replace(/\/$/, '').replace(/:443$/, '')) return server;
  throw usageError(`--server takes an address such as https://127.0.0.1:6443, not "${server}".`);
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
}

function tell(context: CommandContext, { file, issued, server }: Written): void {
  const { cluster, clusterId, group, user, expiresAt } = issued;
  const current = contextOf(issued);
  const value = { file, context: current, cluster, clusterId, group, user, server, expiresAt };
  const look = group === 'viewers' ? 'get pods --all-namespaces' : 'get nodes';
  answer(context, value, () => [
    `${file} lets you in as one of the ${group} of ${cluster} until ${timeText(expiresAt)}`,
    `The cluster and its audit know you as ${oneLine(user)}; the file's current context is ${oneLine(current)}`,
    '',
    `  kubectl --kubeconfig ${quoted(file)} ${look}`,
  ]);
}

/** As a shell takes it for one word. */
const quoted = (text: string): string => (/^[\w./~@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
