import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeListenersCommand, DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { parse, stringify } from 'yaml';
import { linkLocalDnsAddress } from '../../../local/machines/nspawn/gateway/gatewayConfiguration.ts';
import { machineNamespace, routerNamespace } from '../../../local/machines/nspawn/network/networkNames.ts';
import { asAdministrator, aws, kubeconfig, masters, world } from '../support/cluster.ts';
import { buildLoadProgram } from './loadProgram.ts';
import type { ApiVerdict, ProbesVerdict, Verdict } from './verdict.ts';
import { ensureWorkload, loadNamespace, serviceName } from './workload.ts';

/** Users of the cluster, at work. */
export interface Load {
  /** Ends the load and judges it. May take a minute: watches that are behind are waited for. */
  end(): Promise<Verdict>;
}

/** How long a program of the load may take to be at work, and to judge. */
const [beginningSeconds, endingSeconds] = [120, 180];

/**
 * Begins to use the cluster without pause: writes, reads and watches through its balancer, from inside the VPC and outside of
 * every machine; and probes of a Service from each master.
 */
export async function beginLoad(): Promise<Load> {
  const program = await buildLoadProgram();
  const address = await ensureWorkload(asAdministrator);
  const instanceIds = await masters();
  const folder = join(world.folder, 'load');
  mkdirSync(folder, { recursive: true });
  const files = await writeFiles(folder);

  const inVpc = ['nsenter', `--net=/run/netns/${routerNamespace(world.worldId, await vpcOf(instanceIds[0] ?? ''))}`];
  // Names are the VPC's, too: the client finds the balancer as machines do.
  const withResolver = [
    'unshare',
    '--mount',
    'sh',
    '-c',
    'mount --bind "$0" /etc/resolv.conf && exec "$@"',
    files.resolver,
  ];
  const api = new Part<ApiVerdict>('api', folder, [
    ...inVpc,
    ...withResolver,
    ...[program, 'api', files.kubeconfig, loadNamespace, serviceName],
  ]);
  const probers = instanceIds.map((instanceId) => {
    const inMachine = ['nsenter', `--net=/run/netns/${machineNamespace(world.worldId, instanceId)}`];
    return {
      instanceId,
      part: new Part<ProbesVerdict>(`probe-${instanceId}`, folder, [
        ...inMachine,
        program,
        'probe',
        `http://${address}/`,
      ]),
    };
  });
  await Promise.all([api, ...probers.map(({ part }) => part)].map((part) => part.ready));

  return {
    async end() {
      const [judged, ...probed] = await Promise.all([
        api.end(),
        ...probers.map(async ({ instanceId, part }) => [instanceId, await part.end()] as const),
      ]);
      return { api: judged, probes: Object.fromEntries(probed) };
    },
  };
}

/** A process of the load. It ends with its standard input, so also when this process dies. */
class Part<Result> {
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #result: Promise<Result>;

  constructor(name: string, folder: string, [command = '', ...words]: readonly string[]) {
    const log = join(folder, `${name}.log`);
    const errors = openSync(log, 'w');
    // Go's HTTP/2 client says in this log when a server sends it away.
    const env = { ...process.env, GODEBUG: 'http2debug=1' };
    const child = spawn(command, words, { stdio: ['pipe', 'pipe', errors], env });
    const said = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    const next = async (): Promise<string> => {
      const line = await said.next();
      if (line.done === true)
        throw new Error(`${name} of the load has ended: ${readFileSync(log, 'utf8').slice(-2000)}`);
      return line.value;
    };
    this.#child = child;
    this.ready = soon(`${name} of the load is at work`, beginningSeconds, next()).then(() => {});
    this.#result = this.ready.then(next).then((line) => JSON.parse(line) as Result);
    // Who waits for the end hears of it.
    this.#result.catch(() => {});
  }

  end(): Promise<Result> {
    this.#child.stdin?.end();
    return soon('a verdict', endingSeconds, this.#result).finally(() => this.#child.kill());
  }
}

function soon<T>(what: string, seconds: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Not within ${seconds} s: ${what}`)), seconds * 1000);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Record<string, string> }[];
}

/** The administrators' kubeconfig with the balancer's own name, and the resolver that knows it. */
async function writeFiles(folder: string): Promise<{ readonly kubeconfig: string; readonly resolver: string }> {
  const files = { kubeconfig: join(folder, 'kubeconfig'), resolver: join(folder, 'resolv.conf') };
  const content = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const { name, port } = await balancer();
  const clusters = content.clusters.map((each) => {
    const { 'tls-server-name': _other, ...cluster } = each.cluster;
    return { ...each, cluster: { ...cluster, server: `https://${name}:${port}` } };
  });
  writeFileSync(files.kubeconfig, stringify({ ...content, clusters }), { mode: 0o600 });
  writeFileSync(files.resolver, `nameserver ${linkLocalDnsAddress}\n`);
  return files;
}

/** Of the balancers, the API's was made first: Services get theirs later. */
async function balancer(): Promise<{ readonly name: string; readonly port: number }> {
  const { balancers } = aws();
  const { LoadBalancers = [] } = await balancers.send(new DescribeLoadBalancersCommand({}));
  const [first] = [...LoadBalancers].sort((one, other) => Number(one.CreatedTime) - Number(other.CreatedTime));
  const { Listeners = [] } = await balancers.send(
    new DescribeListenersCommand({ LoadBalancerArn: first?.LoadBalancerArn }),
  );
  return { name: first?.DNSName ?? '', port: Listeners[0]?.Port ?? 0 };
}

async function vpcOf(instanceId: string): Promise<string> {
  const { Reservations = [] } = await aws().ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  return Reservations[0]?.Instances?.[0]?.VpcId ?? '';
}
