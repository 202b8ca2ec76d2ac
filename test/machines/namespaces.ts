import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { ConnectionAttributes } from '../../local/cloud/elasticLoadBalancing/targetGroupAttributes.ts';
import type { BalancerConfiguration } from '../../local/machines/nspawn/gateway/gatewayConfiguration.ts';
import { namespacesOf, removeNetwork } from '../../local/machines/nspawn/network/applyNetwork.ts';
import { machineNamespace, routerNamespace } from '../../local/machines/nspawn/network/networkNames.ts';
import type { NetworkPlan, PlannedInterface, PlannedRule } from '../../local/machines/nspawn/network/networkPlan.ts';

export const run = promisify(execFile);
/** One run's namespaces never meet another's. */
export const worldId = `test${process.pid}`;
const isRoot = process.getuid?.() === 0;
/** Everything that these tests call besides node. */
const hasTools = ['ip', 'nft', 'nsenter', 'curl', 'openssl', 'ping'].every((tool) => {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`]);
    return true;
  } catch {
    return false;
  }
});
if (!isRoot || !hasTools) console.log('skipped: needs root and ip, nft, nsenter, curl, openssl and ping');
/** `describe` where the host can do it. */
export const real = isRoot && hasTools ? describe : describe.skip;

const anywhere = { cidrBlock: '0.0.0.0/0' };
export const everything: PlannedRule = { protocol: '-1', fromPort: -1, toPort: -1, peer: anywhere };
export const tcp = (port: number, peer: PlannedRule['peer'] = anywhere): PlannedRule => ({
  protocol: 'tcp',
  fromPort: port,
  toPort: port,
  peer,
});
const ping: PlannedRule = { protocol: 'icmp', fromPort: -1, toPort: -1, peer: anywhere };

/** Interface `n` at 10.0.0.1n of instance i-n. */
export function anInterface(n: number, settings: Partial<PlannedInterface> = {}): PlannedInterface {
  const instanceId = settings.instanceId ?? `i-${n}`;
  return {
    networkInterfaceId: `eni-0000000000000000${n}`,
    deviceName: `e-00000000000${n}`,
    instanceId,
    namespace: machineNamespace(worldId, instanceId),
    deviceIndex: 0,
    macAddress: `02:00:00:00:00:0${n}`,
    address: `10.0.0.1${n}`,
    prefixLength: 24,
    routerAddress: '10.0.0.1',
    routeTableId: 'rtb-1',
    groupIds: ['sg-machines'],
    sourceDestCheck: true,
    dark: false,
    reachesOutside: true,
    metadataHopLimit: 1,
    ...settings,
  };
}

export const [one, two, three] = [anInterface(1), anInterface(2), anInterface(3)];
export const node = { address: '10.0.0.100', routeTableId: 'rtb-1', groupIds: ['sg-balancer'], dark: false };

export function aPlan(settings: Partial<NetworkPlan> = {}): NetworkPlan {
  return {
    vpcId: 'vpc-1',
    namespace: routerNamespace(worldId, 'vpc-1'),
    cidrBlocks: ['10.0.0.0/16'],
    dnsAddresses: ['10.0.0.2', '169.254.169.253'],
    subnets: [{ subnetId: 'subnet-1', zone: 'a', cidrBlock: '10.0.0.0/24', routerAddress: '10.0.0.1' }],
    interfaces: [one, two, three],
    nodes: [node],
    groups: [
      group('sg-machines', [ping, tcp(8080), tcp(9090, { deviceNames: [], addresses: [node.address] })]),
      group('sg-balancer', [tcp(6443)]),
    ],
    routeTables: [],
    balancers: [],
    names: {},
    ...settings,
  };
}

/** A balancer on the node's port 6443 before machines' port 9090, which checks them five times a second. */
export const aBalancer = (
  connections: ConnectionAttributes,
  members: readonly PlannedInterface[],
): BalancerConfiguration => ({
  arn: 'balancer',
  nodes: [{ address: node.address, zone: 'a' }],
  listeners: [
    {
      port: 6443,
      group: {
        arn: 'group',
        crossZone: true,
        healthCheck: {
          protocol: 'HTTP',
          path: '/readyz',
          intervalSeconds: 0.2,
          timeoutSeconds: 0.2,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
        connections,
        targets: members.map(({ address }) => ({ address, port: 9090 })),
      },
    },
  ],
});

export const group = (groupId: string, ingress: readonly PlannedRule[]) => ({ groupId, ingress, egress: [everything] });

/** Runs a command in a machine, or says that it failed. */
export const inMachine = (each: PlannedInterface, ...words: string[]): Promise<string> =>
  run('nsenter', [`--net=/run/netns/${each.namespace}`, ...words]).then(
    ({ stdout }) => stdout,
    (error: Error) => `failed: ${error.message}`,
  );
export const curl = (from: PlannedInterface, ...words: string[]) =>
  inMachine(from, 'curl', '-s', '-S', '-m', '2', ...words);
/** Whether an answer comes back within two seconds: Linux may notice only after one that a link is up again. */
export const reaches = async (from: PlannedInterface, address: string) =>
  !(await inMachine(from, 'ping', '-c3', '-i0.5', '-W1', address)).startsWith('failed');

export const children = new Set<ChildProcess>();

/**
 * A server on a machine that answers every connection with its own name and the client's address. After SIGUSR2 it is not
 * ready, and serves on, as an API server that stops; after another one it is ready again.
 */
export async function serveOn(each: PlannedInterface, port: number): Promise<ChildProcess> {
  const program = `
    let isReady = true;
    process.on('SIGUSR2', () => { isReady = !isReady; });
    require('node:http').createServer((q, r) => {
      if (q.url === '/readyz' && !isReady) r.statusCode = 500;
      r.end('${each.instanceId} to ' + q.socket.remoteAddress);
    }).listen(${port}, () => console.log('up'));`;
  return listening(each, program);
}

/** A server on a machine that resets each connection as soon as it is asked something. */
export const resetOn = (each: PlannedInterface, port: number): Promise<ChildProcess> =>
  listening(
    each,
    `require('node:net').createServer((s) => s.on('data', () => s.resetAndDestroy())).listen(${port}, () => console.log('up'));`,
  );

/** Runs a program in a machine, which says something once it listens. */
async function listening(each: PlannedInterface, program: string): Promise<ChildProcess> {
  const child = spawn('nsenter', [`--net=/run/netns/${each.namespace}`, process.execPath, '-e', program]);
  children.add(child);
  await once(child.stdout, 'data');
  return child;
}

/** A client that asks again and again over one connection; what it heard, and the error that ended it. */
export function keepTalking(from: PlannedInterface, address: string, port: number): { said(): string } {
  const program = `
    const s = require('node:net').connect(${port}, '${address}');
    const ask = () => s.write('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n');
    s.on('connect', ask);
    s.on('data', (d) => { console.log(String(d).split('\\r\\n').pop()); setTimeout(ask, 50); });
    s.on('error', (e) => { console.log(e.code); process.exit(); });
    s.on('end', () => { console.log('ended'); process.exit(); });`;
  const child = spawn('nsenter', [`--net=/run/netns/${from.namespace}`, process.execPath, '-e', program]);
  children.add(child);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return { said: () => said };
}

export async function end(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

export async function removeAll(): Promise<void> {
  for (const child of children) await end(child);
  for (const namespace of await namespacesOf(worldId)) await removeNetwork(namespace);
}
